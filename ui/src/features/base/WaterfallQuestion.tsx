import { Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type Bar, type CustomerObject, type Dear, type Waterfall } from '@/api';
import { Question, inSentence, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';
import { steps } from './steps';
import { useInsight } from './useBase';
import { useMeasureName } from './useMeasureName';

const TOTALS = ['gross', 'net_profit'];

function Row({ object, bar, start, width }: { object: CustomerObject; bar: Bar } & Span): ReactElement {
  const format = useFormat();
  const name = useMeasureName(object);
  const total = TOTALS.includes(bar.bar);
  const colour = total ? 'var(--v-accent)' : 'var(--v-loss)';
  return (
    <tr className={total ? styles.total : undefined}>
      <td>
        <CustomersLink object={object} measure={bar.field} filter={{ field: bar.field, op: 'not_empty' }}>
          {name(bar.field)}
        </CustomersLink>
      </td>
      <td className={styles.fall} aria-hidden>
        <span style={{ insetInlineStart: `${start}%`, width: `${width}%`, background: colour }} />
      </td>
      <td className={styles.end}>{format.money(bar.known_amount, { style: 'whole' })}</td>
    </tr>
  );
}

interface Span {
  start: number;
  width: number;
}

function Bars({ object, waterfall }: { object: CustomerObject; waterfall: Waterfall }): ReactElement {
  return (
    <table className={styles.rows}>
      <tbody>
        {steps(waterfall.bars).map(({ bar, start, width }) => (
          <Row key={bar.bar} object={object} bar={bar} start={start} width={width} />
        ))}
      </tbody>
    </table>
  );
}

function DearOnes({ object, dear }: { object: CustomerObject; dear: Dear }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (dear.count === 0) return null;
  return (
    <p className={styles.test}>
      <CustomersLink object={object} measure="cost_to_serve" filter={dear.filter}>
        {t('waterfall.dear', { count: dear.count, number: format.number(dear.count) })}
      </CustomersLink>{' '}
      {dear.mean_of_a && t('waterfall.meanOfA', { cost: format.money(dear.mean_of_a, { style: 'whole' }) })}
    </p>
  );
}

/** Where the money goes between the sale and the profit, and who is dear to serve. */
export function WaterfallQuestion({ object }: { object: CustomerObject }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = useMeasureName(object);
  const { data } = useInsight('waterfall', object, () => insight.waterfall(object));
  const dear = useInsight('dear', object, () => insight.dear(object));
  if (!data) return <Skeleton height={320} />;
  if (data.customers.count === 0) return null;
  const missing = data.not_costed.map((bar) => inSentence(name(`${bar}_cost`), i18n.language));
  return (
    <Question
      title={t('waterfall.title')}
      caption={
        <>
          {t('waterfall.caption', { number: format.number(data.customers.count) })}
          {missing.length > 0 && ` · ${t('waterfall.notCosted', { bars: missing.join(', ') })}`}
        </>
      }
    >
      <Bars object={object} waterfall={data} />
      {dear.data && <DearOnes object={object} dear={dear.data} />}
    </Question>
  );
}
