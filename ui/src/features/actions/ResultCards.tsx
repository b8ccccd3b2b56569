import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActionGroup, ActionResult, Interval } from '@/api';
import { Notice, Question, useFormat } from '@/ui';
import { IntervalPicture } from './IntervalPicture';
import styles from './actions.module.css';

function Groups({ result }: { result: ActionResult }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const rows: [string, ActionGroup][] = [
    ['treated', result.treated],
    ['controlGroup', result.control],
  ];
  return (
    <table className={styles.rows}>
      <thead>
        <tr>
          <th />
          {['drawn', 'successes', 'rate', 'revenue'].map((head) => (
            <th key={head} className={styles.end}>
              {t(`actions.${head}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, group]) => (
          <tr key={name}>
            <td>{t(`actions.${name}`)}</td>
            <td className={styles.end}>{format.number(group.rows)}</td>
            <td className={styles.end}>{format.number(group.successes)}</td>
            <td className={styles.end}>{group.rate === null ? '–' : format.share(group.rate)}</td>
            <td className={styles.end}>
              {format.money({ amount: group.revenue, currency: result.currency }, { style: 'whole' })}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Verdict({ result }: { result: ActionResult }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (!result.uplift) return null;
  const { difference, lower, upper } = result.uplift;
  const points = (value: number): string => format.number(value * 100, { maximumFractionDigits: 1 });
  const words = { value: points(difference), lower: points(lower), upper: points(upper) };
  const key = result.certain ? (difference > 0 ? 'better' : 'worse') : 'unsure';
  return (
    <>
      <p className={styles.verdict}>{t(`actions.verdict.${key}`, words)}</p>
      <IntervalPicture
        value={difference}
        lower={lower}
        upper={upper}
        label={t('actions.interval', words)}
        between={t('actions.between', words)}
      />
    </>
  );
}

interface MoneyProps {
  name: 'revenue' | 'profit';
  interval: Interval | null;
  currency: string;
}

function Money({ name, interval, currency }: MoneyProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: string): string => format.money({ amount, currency }, { style: 'whole' });
  return (
    <Question title={t(`actions.more.${name}`)}>
      {interval ? (
        <>
          <p className={styles.verdict}>{money(interval.amount)}</p>
          <IntervalPicture
            value={Number(interval.amount)}
            lower={Number(interval.lower)}
            upper={Number(interval.upper)}
            label={t('actions.interval', {
              value: money(interval.amount),
              lower: money(interval.lower),
              upper: money(interval.upper),
            })}
            between={t('actions.between', { lower: money(interval.lower), upper: money(interval.upper) })}
          />
        </>
      ) : (
        <p className="v-soft">{t('actions.unknown')}</p>
      )}
    </Question>
  );
}

/** What to bear in mind: the sizes of the groups, the time left, what is out of sight. */
function Cautions({ result }: { result: ActionResult }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const numbers = (params: Record<string, number>): Record<string, string> =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, format.number(value)]));
  return (
    <>
      {!result.sample_ratio.holds && (
        <Notice role="alert" title={t('actions.ratioBroken')}>
          {t('actions.ratioHelp')}
        </Notice>
      )}
      {!result.final && <p className="v-soft">{t('actions.notFinal')}</p>}
      {result.partial && <p className="v-soft">{t('actions.partial')}</p>}
      {result.notes.map(({ code, params }) => (
        <p key={code} className="v-soft">
          {t(`actions.note.${code}`, numbers(params))}
        </p>
      ))}
    </>
  );
}

/** What the offer changed, in rates and in money. */
export function ResultCards({ result }: { result: ActionResult }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const caption = t('actions.caption', {
    treated: format.number(result.treated.rows),
    control: format.number(result.control.rows),
    day: format.date(result.as_of),
  });
  return (
    <>
      <Cautions result={result} />
      <Question title={t('actions.question')} caption={caption}>
        <Verdict result={result} />
        <Groups result={result} />
      </Question>
      <div className={styles.pair}>
        <Money name="revenue" interval={result.revenue} currency={result.currency} />
        <Money name="profit" interval={result.profit} currency={result.currency} />
      </div>
    </>
  );
}
