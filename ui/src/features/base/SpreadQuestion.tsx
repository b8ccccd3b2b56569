import { Skeleton } from '@mantine/core';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type Base, type Bin, type CustomerObject, type Distribution } from '@/api';
import { ColumnTable, Failure, Plot, Question, useFormat, useTip, type Format, type PlotContext } from '@/ui';
import styles from './base.module.css';
import { CustomersLink, useOpenCustomers } from './drill';
import { isWidening, spreadOption } from './spread';
import { useInsight } from './useBase';
import { useMeasureName } from './useMeasureName';
import { usePlotCaption } from './usePlotCaption';

interface SpreadProps {
  object: CustomerObject;
  measure: string;
  base: Base;
  asTable: boolean;
  onTable: (asTable: boolean) => void;
}

interface PartProps {
  object: CustomerObject;
  spread: Distribution;
  currency: string;
}

const HEIGHT = 260;

function edges(format: Format, currency: string, { from, to }: Bin): { from: string; to: string } {
  const money = (amount: string): string => format.money({ amount, currency }, { style: 'whole' });
  return { from: money(from), to: money(to) };
}

function Table({ object, spread, currency }: PartProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const customers = ({ count, filter }: Bin): ReactElement => (
    <CustomersLink object={object} measure={spread.measure} filter={count ? filter : undefined}>
      {format.number(count)}
    </CustomersLink>
  );
  return (
    <ColumnTable
      className={styles.rows}
      rows={spread.bins}
      rowKey={({ from }) => from}
      columns={[
        { head: t('spread.from'), cell: (bin) => edges(format, currency, bin).from },
        { head: t('spread.to'), cell: (bin) => edges(format, currency, bin).to },
        { head: t('base.customers'), cell: customers },
      ]}
    />
  );
}

function Bars({ object, spread, currency }: PartProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useMeasureName(object)(spread.measure);
  const open = useOpenCustomers(object, spread.measure);
  const tip = useTip();
  const option = useCallback(
    (context: PlotContext) =>
      spreadOption(
        spread,
        {
          customers: t('base.customers'),
          measure: `${name} (${t('spread.fromUp')})`,
          edge: (amount) => format.money({ amount, currency }, { style: 'compact' }),
          bin: (bin) =>
            tip(
              t('spread.bin', {
                count: bin.count,
                customers: format.number(bin.count),
                ...edges(format, currency, bin),
              }),
            ),
        },
        format,
        context,
      ),
    [spread, currency, format, t, name, tip],
  );
  const pick = useCallback(
    (x: number) => {
      const bin = spread.bins[Math.round(x)];
      if (bin?.count) open(bin.filter);
    },
    [spread, open],
  );
  return <Plot option={option} label={t('spread.label', { measure: name })} height={HEIGHT} onPick={pick} />;
}

/** How the value is spread over the customers: many small ones, few large ones. */
export function SpreadQuestion({ object, measure, base, asTable, onTable }: SpreadProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const caption = usePlotCaption();
  const name = useMeasureName(object);
  const { data, error, refetch } = useInsight(
    'distribution',
    object,
    () => insight.distribution(object, measure),
    { measure },
  );
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const money = (amount: string): string =>
    format.money({ amount, currency: base.currency }, { style: 'whole' });
  return (
    <Question
      title={t('spread.title')}
      answer={
        data?.median &&
        data.mean &&
        t('spread.answer', { median: money(data.median), mean: money(data.mean) })
      }
      caption={
        data &&
        caption({
          n: data.n,
          period: base.period,
          unit: `${name(data.measure)}, ${base.currency}`,
          more: isWidening(data.bins) ? t('spread.widening') : undefined,
        })
      }
      table={data && <Table object={object} spread={data} currency={base.currency} />}
      asTable={asTable}
      onTable={onTable}
    >
      {data ? <Bars object={object} spread={data} currency={base.currency} /> : <Skeleton height={HEIGHT} />}
    </Question>
  );
}
