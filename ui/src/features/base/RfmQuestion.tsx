import { SegmentedControl, Skeleton } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type Base, type CustomerObject, type Rfm } from '@/api';
import { Failure, HeatTable, Question, useFormat } from '@/ui';
import { CustomersLink } from './drill';
import { rfmRows, SCORES } from './rfm';
import { useInsight } from './useBase';
import { usePlotCaption } from './usePlotCaption';

interface RfmProps {
  object: CustomerObject;
  base: Base;
  by: 'count' | 'value';
  onBy: (by: 'count' | 'value') => void;
}

export function useRfm(object: CustomerObject) {
  return useInsight('rfm', object, () => insight.rfm(object));
}

function Grid({
  object,
  rfm,
  by,
}: {
  object: CustomerObject;
  rfm: Rfm;
  by: 'count' | 'value';
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = useMemo(
    () =>
      rfmRows(rfm.cells, by, {
        count: (count) => format.number(count),
        value: (value) => format.money(value, { style: 'compact' }),
        recency: (score) => t(`rfm.r${score}`, { score: format.number(score) }),
        label: (cell) =>
          t('rfm.cell', {
            count: cell.count,
            customers: format.number(cell.count),
            value: format.money(cell.value),
            r: format.number(cell.r),
            f: format.number(cell.f),
          }),
      }),
    [rfm, by, format, t],
  );
  return (
    <HeatTable
      label={t('rfm.title')}
      corner={t('rfm.corner')}
      columns={SCORES.map((score) => t(`rfm.f${score}`, { score: format.number(score) }))}
      rows={rows}
      link={(cell, look, content) => (
        <CustomersLink object={object} measure="monetary" filter={cell.filter} {...look}>
          {content}
        </CustomersLink>
      )}
    />
  );
}

/** Who bought lately and often: a grid of recency and frequency. */
export function RfmQuestion({ object, base, by, onBy }: RfmProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const caption = usePlotCaption();
  const { data, error, refetch } = useRfm(object);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const best = data?.cells.find((cell) => cell.r === 5 && cell.f === 5);
  return (
    <Question
      title={t('rfm.title')}
      answer={
        best &&
        t('rfm.answer', {
          count: best.count,
          customers: format.number(best.count),
          value: format.money(best.value, { style: 'compact' }),
        })
      }
      tools={
        <SegmentedControl
          aria-label={t('rfm.colour')}
          value={by}
          onChange={(next) => onBy(next as 'count' | 'value')}
          data={[
            { value: 'count', label: t('base.customers') },
            { value: 'value', label: t('rfm.value') },
          ]}
        />
      }
      caption={
        data &&
        caption({
          n: data.n,
          period: base.period,
          unit: by === 'count' ? t('base.customers') : `${t('rfm.value')}, ${base.currency}`,
          more: t('rfm.method'),
        })
      }
    >
      {!data && <Skeleton height={280} />}
      {data && data.n > 0 && <Grid object={object} rfm={data} by={by} />}
      {data?.n === 0 && <p className="v-soft">{t('base.noInvoices')}</p>}
    </Question>
  );
}
