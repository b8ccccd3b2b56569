import { Alert, Button, MultiSelect, SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, insight, keys, type CustomerObject } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { BlindNotice } from '@/records';
import { Failure, Notice, TablePicture, TitleRow, useFormat } from '@/ui';
import styles from './budget.module.css';
import { Curves } from './Curves';
import { GroupTable } from './GroupTable';
import { withOrWithout, type BudgetSearch } from './search';
import { TotalCard } from './TotalCard';
import {
  CUSTOMERS,
  useBudget,
  useBudgetSearch,
  useGroups,
  useKind,
  useSatisfaction,
  type SetBudget,
} from './useBudget';

interface ToolsProps {
  object: CustomerObject;
  search: BudgetSearch;
  set: SetBudget;
}

/** Of whom, and by which groups. */
function Tools({ object, search, set }: ToolsProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  const groups = useGroups(object);
  return (
    <>
      <SegmentedControl
        aria-label={t('base.kind')}
        value={object}
        onChange={(next) =>
          set({
            object: next as CustomerObject,
            groups: undefined,
            total: undefined,
            satisfaction: undefined,
          })
        }
        data={CUSTOMERS.map((name) => ({
          value: name,
          label: read(catalogue.object(name)?.label_plural) || name,
        }))}
      />
      <MultiSelect
        aria-label={t('budget.choose')}
        placeholder={search.groups?.length ? undefined : t('budget.classes')}
        w={260}
        value={(search.groups ?? []).map(String)}
        data={groups.map(({ id, name }) => ({ value: String(id), label: name }))}
        nothingFoundMessage={t('budget.noGroups')}
        onChange={(ids) => set({ groups: ids.length ? ids.map(Number) : undefined, total: undefined })}
        clearable
      />
    </>
  );
}

/** B customers who cost as much to serve as an A. */
function DearOnes({ object }: { object: CustomerObject }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(object)?.plural ?? object;
  const { data } = useQuery({
    queryKey: keys.insightOf('dear', object),
    queryFn: () => insight.dear(object),
  });
  if (!data?.count) return null;
  return (
    <p className={styles.dear}>
      <Link to="/$plural" params={{ plural }} search={{ filter: data.filter, sort: '-cost_to_serve' }}>
        {t('waterfall.dear', { count: data.count, number: format.number(data.count) })}
      </Link>{' '}
      {data.mean_of_a && t('waterfall.meanOfA', { cost: format.money(data.mean_of_a, { style: 'whole' }) })}
    </p>
  );
}

function NothingKnown(): ReactElement {
  const { t } = useTranslation();
  return (
    <Notice
      picture={<TablePicture />}
      title={t('budget.nothing')}
      action={
        <Button component={Link} to="/settings/rates">
          {t('waterfall.setRates')}
        </Button>
      }
    >
      {t('budget.nothingHelp')}
    </Notice>
  );
}

const isTooDear = (error: Error | null): boolean =>
  error instanceof ApiError && error.byField.total !== undefined;

/** The floors together need more than there is. */
function TooDear({ shown, onDrop }: { shown: boolean; onDrop: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <Alert color="yellow" role="alert" title={t('budget.tooDear')}>
      <p className={styles.help}>
        {t('budget.tooDearHelp')} {shown && t('budget.asBefore')}
      </p>
      <Button variant="default" size="compact-sm" onClick={onDrop}>
        {t('budget.dropFloors')}
      </Button>
    </Alert>
  );
}

function Report({ object, search, set }: ToolsProps): ReactElement {
  const [total, setTotal] = useState(search.total);
  const satisfaction = useSatisfaction(object, search.satisfaction);
  const { data: found, error, isFetching, refetch } = useBudget(object, { ...search, total });
  // A floor that cannot be kept has to stay in its field to be lowered, so the answer before it stays, too.
  const [kept, setKept] = useState(found);
  if (found && found !== kept) setKept(found);
  const data = found ?? kept;
  const dear = isTooDear(error) && (
    <TooDear shown={data !== undefined} onDrop={() => set({ floors: undefined, satisfied: undefined })} />
  );
  if (!data && dear) return dear;
  if (!data && error) return <BlindNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={420} />;
  if (data.groups.every(({ known }) => known === 0)) return <NothingKnown />;
  const floors = search.floors ?? {};
  const satisfied = search.satisfied ?? {};
  return (
    <>
      <TotalCard
        budget={data}
        total={total}
        busy={isFetching}
        onTotal={setTotal}
        onSettled={(settled) => set({ total: settled })}
      />
      {dear || (error && <Failure error={error} />)}
      <GroupTable
        object={object}
        budget={data}
        floors={floors}
        onFloor={(group, floor) => set({ floors: { ...floors, [group]: floor } })}
        satisfaction={satisfaction}
        onSatisfaction={(field) => set({ satisfaction: field, satisfied: undefined })}
        satisfied={satisfied}
        onSatisfied={(group, least) => set({ satisfied: withOrWithout(satisfied, group, least) })}
      />
      <DearOnes object={object} />
      <Curves budget={data} />
    </>
  );
}

/** What each group brings and costs, and how a budget over all of them would earn most. */
export function BudgetPage(): ReactElement {
  const { t } = useTranslation();
  const [search, set] = useBudgetSearch();
  const object = useKind(search.object);
  return (
    <>
      <TitleRow
        print
        title={t('nav.budget')}
        actions={object && <Tools object={object} search={search} set={set} />}
      />
      <div className={styles.page}>
        {object ? (
          <Report key={`${object} ${search.groups}`} object={object} search={search} set={set} />
        ) : (
          <Skeleton height={420} />
        )}
      </div>
    </>
  );
}
