import type { ReactElement } from 'react';
import type { Base, CustomerObject } from '@/api';
import styles from './base.module.css';
import { BasketQuestion } from './BasketQuestion';
import { Classes } from './Classes';
import { CohortQuestion } from './CohortQuestion';
import { Figures } from './Figures';
import { MigrationQuestion } from './MigrationQuestion';
import { Notes } from './Notes';
import { OffersQuestion } from './OffersQuestion';
import { ParetoQuestion } from './ParetoQuestion';
import { Reconciliation } from './Reconciliation';
import { RfmQuestion } from './RfmQuestion';
import { Segments } from './Segments';
import { SpreadQuestion } from './SpreadQuestion';
import type { BaseSearch, TableName } from './search';
import { WaterfallQuestion } from './WaterfallQuestion';
import { WhaleQuestion } from './WhaleQuestion';

interface ReportProps {
  object: CustomerObject;
  base: Base;
  measure: string;
  search: BaseSearch;
  setSearch: (change: Partial<BaseSearch>) => void;
}

/** Question after question about the customers of one kind. */
export function Report({ object, base, measure, search, setSearch }: ReportProps): ReactElement {
  const table = (name: TableName) => ({
    asTable: search.table === name,
    onTable: (asTable: boolean) => setSearch({ table: asTable ? name : undefined }),
  });
  const shared = { object, base, measure };
  return (
    <div className={styles.page}>
      <Figures base={base} />
      <Notes object={object} notes={base.notes ?? []} />
      <div className={styles.wide}>
        <ParetoQuestion {...shared} {...table('pareto')} />
      </div>
      <div className={styles.narrow}>
        <Classes {...shared} onSettings={() => setSearch({ settings: true })} />
      </div>
      <div className={styles.wide}>
        <RfmQuestion
          object={object}
          base={base}
          by={search.rfm ?? 'count'}
          onBy={(by) => setSearch({ rfm: by === 'value' ? by : undefined })}
        />
      </div>
      <div className={styles.narrow}>
        <Segments object={object} />
      </div>
      <MigrationQuestion object={object} measure={measure} search={search} setSearch={setSearch} />
      <div className={styles.wide}>
        <WhaleQuestion object={object} />
      </div>
      <div className={styles.narrow}>
        <WaterfallQuestion object={object} />
      </div>
      <CohortQuestion
        object={object}
        base={base}
        by={search.cohorts ?? 'share'}
        onBy={(by) => setSearch({ cohorts: by === 'count' ? by : undefined })}
      />
      <div className={styles.half}>
        <OffersQuestion object={object} />
      </div>
      <div className={styles.half}>
        <BasketQuestion object={object} />
      </div>
      <div className={styles.half}>
        <SpreadQuestion {...shared} {...table('spread')} />
      </div>
      <div className={styles.half}>
        <Reconciliation base={base} />
      </div>
    </div>
  );
}
