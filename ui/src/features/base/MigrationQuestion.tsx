import { Select, Skeleton } from '@mantine/core';
import { useCallback, useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type CustomerObject, type Migration, type MovedCell } from '@/api';
import { useCatalogue, useFieldLabel, useLabel, useObject } from '@/catalogue';
import { Failure, HeatTable, inSentence, Question, useFormat } from '@/ui';
import { CustomersLink } from './drill';
import { EarlierMonths } from './EarlierMonths';
import { moveRows, movesOf, sideOf } from './moves';
import type { BaseSearch } from './search';
import { useInsight } from './useBase';
import { useMeasureName } from './useMeasureName';

const FIELDS = ['abc_class', 'rfm_segment', 'xyz_class', 'key_class', 'churn_state', 'cluster_profile'];

interface MigrationProps {
  object: CustomerObject;
  measure: string;
  search: BaseSearch;
  setSearch: (change: Partial<BaseSearch>) => void;
}

/** What a class is called. */
function useClassName(object: CustomerObject, field: string): (value: string | null) => string {
  const { t } = useTranslation();
  const read = useLabel();
  const options = useCatalogue().fieldsOf(useObject(object)).get(field)?.options;
  return useCallback(
    (value) => {
      if (value === null) return t('moves.none');
      return read(options?.find((option) => option.value === value)?.label) || value;
    },
    [options, read, t],
  );
}

function useSentence(object: CustomerObject, field: string): (migration: Migration) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useClassName(object, field);
  return (migration) =>
    movesOf(migration)
      .map(({ kind, cell }) =>
        t(`moves.${cell.value ? kind : 'plain'}`, {
          count: cell.count,
          customers: format.number(cell.count),
          before: name(cell.before),
          after: name(cell.after),
          value: cell.value ? format.money(cell.value, { style: 'whole' }) : '',
        }),
      )
      .join(' ') || t('moves.nobody');
}

function Heat({
  object,
  migration,
  measure,
}: Pick<MigrationProps, 'object' | 'measure'> & { migration: Migration }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useClassName(object, migration.field);
  const rows = useMemo(() => {
    const label = (cell: MovedCell, share: number): string =>
      t('moves.cell', {
        count: cell.count,
        customers: format.number(cell.count),
        before: name(cell.before),
        after: name(cell.after),
        share: format.share(share),
      });
    return moveRows(migration, {
      name,
      count: (count) => format.number(count),
      money: ({ value }) => (value ? format.money(value, { style: 'compact' }) : undefined),
      label,
    });
  }, [migration, format, name, t]);
  return (
    <HeatTable
      label={t('moves.title')}
      corner={t('moves.corner')}
      columns={sideOf(migration, 'after').map(name)}
      rows={rows}
      link={(cell, look, content) => (
        <CustomersLink object={object} measure={measure} filter={cell.filter} {...look}>
          {content}
        </CustomersLink>
      )}
    />
  );
}

function Days({ migration, setSearch }: Pick<MigrationProps, 'setSearch'> & { migration: Migration }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { days, from, to } = migration;
  const data = days.map((day) => ({ value: day, label: format.date(day) }));
  return (
    <>
      <Select
        aria-label={t('moves.from')}
        w={150}
        allowDeselect={false}
        value={from}
        data={data.filter(({ value }) => !to || value < to)}
        onChange={(day) => setSearch({ movedFrom: day ?? undefined })}
      />
      <Select
        aria-label={t('moves.to')}
        w={150}
        allowDeselect={false}
        value={to}
        data={data.filter(({ value }) => !from || value > from)}
        onChange={(day) => setSearch({ movedTo: day ?? undefined })}
      />
    </>
  );
}

/** Who moved from which class to which between two days; each cell opens those who did. */
export function MigrationQuestion({ object, measure, search, setSearch }: MigrationProps): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const fields = useCatalogue().fieldsOf(useObject(object));
  const label = useFieldLabel();
  const measured = useMeasureName(object);
  const field = search.moved ?? 'abc_class';
  const asked = { field, from: search.movedFrom, to: search.movedTo, measure };
  const { data, error, refetch } = useInsight(
    'migration',
    object,
    () => insight.migration(object, asked),
    asked,
  );
  const sentence = useSentence(object, field);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const shown = data?.from && data.to ? data : undefined;
  const known = FIELDS.flatMap((name) => fields.get(name) ?? []);
  return (
    <Question
      title={t('moves.title')}
      answer={shown && sentence(shown)}
      caption={
        shown &&
        t('moves.caption', {
          from: format.date(shown.from ?? ''),
          to: format.date(shown.to ?? ''),
          measure: inSentence(measured(measure), i18n.language),
        })
      }
      tools={
        <>
          <Select
            aria-label={t('moves.field')}
            w={160}
            allowDeselect={false}
            value={field}
            data={known.map((one) => ({ value: one.name, label: label(one) }))}
            onChange={(next) =>
              setSearch({ moved: next ?? undefined, movedFrom: undefined, movedTo: undefined })
            }
          />
          {shown && <Days migration={shown} setSearch={setSearch} />}
        </>
      }
    >
      {!data && <Skeleton height={200} />}
      {shown && <Heat object={object} migration={shown} measure={measure} />}
      {data && !shown && <p className="v-soft">{t('moves.oneDay')}</p>}
      {data && <EarlierMonths field={field} first={data.days.at(-1)} />}
    </Question>
  );
}
