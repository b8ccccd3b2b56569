import { Skeleton } from '@mantine/core';
import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type CustomerObject, type Whale, type WhalePoint } from '@/api';
import { Failure, Plot, Question, useFormat, useTip, type PlotContext } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';
import { useInsight } from './useBase';
import { usePlotCaption } from './usePlotCaption';
import { whaleOption } from './whale';

const HEIGHT = 320;

function Parts({ whale }: { whale: Whale }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className={styles.rows}>
      <tbody>
        {whale.parts.map(({ part, count, profit, share_profit: share }) => (
          <tr key={part}>
            <td>{t(`whale.${part}`)}</td>
            <td className={`${styles.end} v-soft`}>{format.number(count)}</td>
            <td className={styles.end}>{format.money(profit, { style: 'whole' })}</td>
            <td className={`${styles.end} v-soft`}>{share === null ? '' : format.share(share, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Curve({ whale }: { whale: Whale }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const tip = useTip();
  const money = useCallback(
    (amount: string) => format.money({ amount, currency: whale.currency }, { style: 'compact' }),
    [format, whale.currency],
  );
  const option = useCallback(
    (context: PlotContext) => {
      const point = (p: WhalePoint): string =>
        tip(
          t('whale.point', {
            customers: format.number(p.rank),
            share: format.share(p.share_customers),
            profit: money(p.profit),
          }),
        );
      const words = {
        customers: t('pareto.axisCustomers'),
        profit: t('whale.axis'),
        top: t('whale.top', { profit: money(whale.top?.profit.amount ?? '0') }),
        total: t('whale.total', { profit: money(whale.total?.amount ?? '0') }),
        point,
      };
      return whaleOption(whale, words, format, context);
    },
    [whale, format, t, tip, money],
  );
  const label = t('whale.label', {
    top: money(whale.top?.profit.amount ?? '0'),
    total: money(whale.total?.amount ?? '0'),
  });
  return <Plot option={option} label={label} height={HEIGHT} />;
}

/** Whether the best customers earn what the others lose. Nothing where no customer's profit is known. */
export function WhaleQuestion({ object }: { object: CustomerObject }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const caption = usePlotCaption();
  const { data, error, refetch } = useInsight('whale', object, () => insight.whale(object));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={HEIGHT} />;
  if (data.n === 0) return null;
  const lost = data.top && data.total ? Number(data.top.profit.amount) - Number(data.total.amount) : 0;
  return (
    <Question
      title={t('whale.title')}
      answer={
        lost > 0
          ? t('whale.lost', {
              customers: format.number(data.n - (data.top?.rank ?? 0)),
              lost: format.money({ amount: String(lost), currency: data.currency }, { style: 'whole' }),
            })
          : t('whale.none')
      }
      caption={
        <>
          {caption({ n: data.n, period: null, unit: data.currency, more: t('whale.method') })}
          {data.unknown.count > 0 && (
            <>
              {' · '}
              <CustomersLink object={object} measure="revenue_net" filter={data.unknown.filter}>
                {t('whale.unknown', { number: format.number(data.unknown.count) })}
              </CustomersLink>
            </>
          )}
        </>
      }
    >
      <Curve whale={data} />
      <Parts whale={data} />
    </Question>
  );
}
