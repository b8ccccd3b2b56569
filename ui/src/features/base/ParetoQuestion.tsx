import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type Base, type CustomerObject, type Pareto, type ParetoPoint } from '@/api';
import { useCatalogue } from '@/catalogue';
import { ColumnTable, Failure, Plot, Question, inSentence, useFormat, useTip, type PlotContext } from '@/ui';
import styles from './base.module.css';
import { CustomersLink, upTo, useOpenCustomers } from './drill';
import { nearest, paretoOption, tablePoints } from './pareto';
import { usePlotCaption } from './usePlotCaption';
import { useInsight } from './useBase';
import { useMeasureName } from './useMeasureName';

interface ParetoProps {
  object: CustomerObject;
  measure: string;
  base: Base;
  asTable: boolean;
  onTable: (asTable: boolean) => void;
}

const HEIGHT = 320;

export function usePareto(object: CustomerObject, measure: string) {
  return useInsight('pareto', object, () => insight.pareto(object, measure), { measure });
}

interface PartProps {
  object: CustomerObject;
  pareto: Pareto;
  base: Base;
}

function Table({ object, pareto, base }: PartProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const customers = (point: ParetoPoint): ReactElement => (
    <CustomersLink object={object} measure={pareto.measure} filter={upTo(point, pareto, base)}>
      {format.number(point.rank)}
    </CustomersLink>
  );
  return (
    <ColumnTable
      className={styles.rows}
      rows={tablePoints(pareto)}
      rowKey={({ rank }) => rank}
      columns={[
        { head: t('base.customersUpTo'), cell: customers },
        { head: t('base.shareCustomers'), cell: (point) => format.share(point.share_customers) },
        { head: t('base.shareValue'), cell: (point) => format.share(point.share_value) },
      ]}
    />
  );
}

function Answer({ object, pareto }: { object: CustomerObject; pareto: Pareto }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(object)?.plural ?? object;
  const cut = pareto.cuts[0];
  if (!cut) return null;
  return (
    <>
      {t('pareto.answer', {
        customers: format.number(cut.rank),
        all: format.number(pareto.n),
        share: format.share(cut.share_customers),
        value: format.share(cut.share_value),
      })}{' '}
      <span className="v-soft v-small">
        {t('pareto.crosses', { cut: format.percent(cut.cut ?? 80, 0) })}{' '}
        <Link to="/$plural/$id" params={{ plural, id: cut.crosses.id }}>
          <bdi>{cut.crosses.title}</bdi>
        </Link>
      </span>
    </>
  );
}

function Curve({ object, pareto, base }: PartProps): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = inSentence(useMeasureName(object)(pareto.measure), i18n.language);
  const open = useOpenCustomers(object, pareto.measure);
  const tip = useTip();
  const cutAt = useCallback(
    (letter: string) => format.percent(pareto.cuts.find((cut) => cut.class === letter)?.cut ?? 0, 0),
    [format, pareto],
  );
  const option = useCallback(
    (context: PlotContext) => {
      const first = pareto.cuts[0];
      const point = (p: ParetoPoint): string =>
        tip(
          t('pareto.point', {
            customers: format.number(p.rank),
            share: format.share(p.share_customers),
            value: format.share(p.share_value),
          }),
        );
      const words = {
        customers: t('pareto.axisCustomers'),
        value: t('pareto.axisValue', { measure: name }),
        equal: t('pareto.equal'),
        top20: t('pareto.top20', { share: format.share(pareto.top20.share_value) }),
        cut: cutAt,
        point,
        crossing: first ? t('pareto.mark', { customers: format.number(first.rank) }) : '',
      };
      return paretoOption(pareto, words, format, context);
    },
    [pareto, format, t, name, tip, cutAt],
  );
  const pick = useCallback(
    (x: number) => {
      const point = nearest(pareto.points, x);
      if (point) open(upTo(point, pareto, base));
    },
    [pareto, base, open],
  );
  const clickable = pareto.points.some((point) => upTo(point, pareto, base));
  const label = t('pareto.label', {
    customers: format.number(pareto.cuts[0]?.rank ?? 0),
    value: format.share(pareto.cuts[0]?.share_value ?? 0),
    measure: name,
  });
  return <Plot option={option} label={label} height={HEIGHT} onPick={clickable ? pick : undefined} />;
}

/** How few customers earn most of the value, where the classes are cut, and who crosses the line. */
export function ParetoQuestion({ object, measure, base, asTable, onTable }: ParetoProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useMeasureName(object);
  const { data, error, refetch } = usePareto(object, measure);
  const caption = usePlotCaption();
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const first = data?.cuts[0]?.cut ?? base.run?.settings.cuts[0] ?? 80;
  return (
    <Question
      title={t('pareto.title', { cut: format.percent(first, 0), measure: name(measure) })}
      answer={data && <Answer object={object} pareto={data} />}
      caption={
        data &&
        caption({
          n: data.n,
          period: data.period,
          unit: `${name(data.measure)}, ${data.currency}`,
          more:
            data.gini === null
              ? t('pareto.method')
              : `${t('pareto.gini', { gini: format.number(data.gini, { maximumFractionDigits: 3 }) })} · ${t('pareto.method')}`,
        })
      }
      table={data && <Table object={object} pareto={data} base={base} />}
      asTable={asTable}
      onTable={onTable}
    >
      {data ? <Curve object={object} pareto={data} base={base} /> : <Skeleton height={HEIGHT} />}
    </Question>
  );
}
