import { SegmentedControl, Skeleton } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type Base, type Cohort, type CustomerObject } from '@/api';
import { Failure, HeatTable, isolate, Question, useFormat } from '@/ui';
import { cohortRows, comeBack, horizon, lastMonth } from './cohorts';
import { CustomersLink } from './drill';
import { useInsight } from './useBase';
import { usePlotCaption } from './usePlotCaption';

interface CohortProps {
  object: CustomerObject;
  base: Base;
  by: 'share' | 'count';
  onBy: (by: 'share' | 'count') => void;
}

interface HeatProps {
  object: CustomerObject;
  cohorts: Cohort[];
  by: 'share' | 'count';
}

function Heat({ object, cohorts, by }: HeatProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = useMemo(
    () =>
      cohortRows(cohorts, by, {
        head: ({ month, size, filter }) => (
          <CustomersLink object={object} measure="revenue_net" filter={filter}>
            {t('cohorts.head', { month: format.month(month), size: format.number(size) })}
          </CustomersLink>
        ),
        share: (share) => format.share(share, 0),
        count: (count) => format.number(count),
        label: ({ month, size }, cell) =>
          t('cohorts.cell', {
            count: cell.offset,
            retained: format.number(cell.retained),
            size: format.number(size),
            share: format.share(cell.share),
            first: format.month(month),
            month: format.month(cell.month),
          }),
      }),
    [object, cohorts, by, format, t],
  );
  const wide = Math.max(0, ...cohorts.map((cohort) => horizon(cohort, lastMonth(cohorts))));
  return (
    <HeatTable
      compact
      label={t('cohorts.title')}
      corner={t('cohorts.corner')}
      columns={Array.from({ length: wide }, (_, offset) => isolate(`+${format.number(offset + 1)}`))}
      rows={rows.map((row) => ({
        ...row,
        cells: [...row.cells, ...Array<null>(wide - row.cells.length).fill(null)],
      }))}
      link={(cell, look, content) => (
        <CustomersLink object={object} measure="revenue_net" filter={cell.filter} {...look}>
          {content}
        </CustomersLink>
      )}
    />
  );
}

/** Whether new customers come back: of those who first bought in a month, who bought again in each later one. */
export function CohortQuestion({ object, base, by, onBy }: CohortProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const caption = usePlotCaption();
  const { data, error, refetch } = useInsight('cohorts', object, () => insight.cohorts(object));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const cohorts = data?.cohorts ?? [];
  const back = [1, 6].map((offset) => (cohorts.length ? comeBack(cohorts, offset) : null));
  const n = cohorts.reduce((sum, { size }) => sum + size, 0);
  return (
    <Question
      title={t('cohorts.title')}
      answer={
        back[0] !== null &&
        back[0] !== undefined &&
        [
          t('cohorts.answer1', { share: format.share(back[0], 0) }),
          back[1] !== null &&
            back[1] !== undefined &&
            t('cohorts.answer6', { share: format.share(back[1], 0) }),
        ]
          .filter(Boolean)
          .join(' ')
      }
      tools={
        <SegmentedControl
          aria-label={t('cohorts.show')}
          value={by}
          onChange={(next) => onBy(next as 'share' | 'count')}
          data={[
            { value: 'share', label: t('cohorts.share') },
            { value: 'count', label: t('base.customers') },
          ]}
        />
      }
      caption={
        data &&
        caption({
          n,
          period: base.period,
          unit: by === 'share' ? t('cohorts.unitShare') : t('base.customers'),
          more: base.period ? t('cohorts.method', { to: format.date(base.period.to) }) : undefined,
        })
      }
    >
      {!data && <Skeleton height={320} />}
      {data && n > 0 && <Heat object={object} cohorts={cohorts} by={by} />}
      {data && n === 0 && <p className="v-soft">{t('base.noInvoices')}</p>}
    </Question>
  );
}
