import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type FieldSpec, type ObjectSpec, type Sum } from '@/api';
import { isolate, useFormat } from '@/ui';
import type { ListSearch } from '../search';
import type { RecordTableModel } from './useRecordTable';
import styles from './list.module.css';

/** Adding up shares, scores, years and prices of one piece says nothing; amounts and quantities do. */
const SUMMABLE = new Set(['money', 'decimal']);
const PRICE = /(^|_)price$/;

export function SumText({ sum }: { sum: Sum | undefined }): ReactElement | null {
  const format = useFormat();
  if (sum === null || sum === undefined) return null;
  const amounts = Array.isArray(sum)
    ? sum.map((one) => format.money(one, { style: 'whole' }))
    : [isolate(format.number(sum, { maximumFractionDigits: 0 }))];
  return <span className="v-num">{amounts.join(' + ')}</span>;
}

interface Summed {
  object: ObjectSpec;
  fields: FieldSpec[];
  search: ListSearch;
}

interface SumRowProps extends Summed {
  table: RecordTableModel;
}

/** The sums by field, over all rows that fit, not only those loaded; undefined where there are none. */
export function useSums({ object, fields, search }: Summed): Record<string, Sum> | undefined {
  const summed = fields.filter(({ name, type }) => SUMMABLE.has(type) && !PRICE.test(name));
  const { filter, q, trash } = search;
  const query = { filter, q, sum: summed.map((field) => field.name).join(',') };
  const { data } = useQuery({
    queryKey: keys.summary(object.name, query),
    queryFn: ({ signal }) => records.summary(object.plural, query, signal),
    enabled: summed.length > 0 && !trash,
  });
  return summed.length > 0 ? data?.total.sum : undefined;
}

/** Under the table: the sum of each column of money. */
export function SumRow({ object, fields, table, search }: SumRowProps): ReactElement | null {
  const { t } = useTranslation();
  const sums = useSums({ object, fields, search });
  if (!sums) return null;
  return (
    <div className={styles.foot} role="row">
      {table.getAllLeafColumns().map((column, at) => {
        const sum = sums[column.id];
        return (
          <div
            key={column.id}
            role="gridcell"
            className={[styles.cell, at === 0 && styles.first, sum !== undefined && styles.end]
              .filter(Boolean)
              .join(' ')}
            style={{ width: column.getSize() }}
          >
            {at === 0 ? <span className="v-soft v-small">{t('list.sum')}</span> : <SumText sum={sum} />}
          </div>
        );
      })}
    </div>
  );
}
