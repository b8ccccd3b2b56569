import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keyCustomers, keys, type RoundStanding } from '@/api';
import { Question, useFormat } from '@/ui';
import { inTime } from './draft';
import styles from './keycustomers.module.css';

function useAmount(): (value: string | null, currency: string | null) => string {
  const format = useFormat();
  return (value, currency) => {
    if (value === null) return '–';
    return currency
      ? format.money({ amount: value, currency }, { style: 'whole' })
      : format.number(value, { maximumFractionDigits: 1 });
  };
}

function Row({ standing }: { standing: RoundStanding }): ReactElement {
  const format = useFormat();
  const amount = useAmount();
  const share = standing.share ?? 0;
  return (
    <tr>
      <td>
        <Link to="/key-customers/$roundId" params={{ roundId: standing.round }}>
          <bdi>{standing.name}</bdi>
        </Link>
      </td>
      <td className={styles.share}>
        <span aria-hidden>
          <span style={{ width: `${share * 100}%` }} />
        </span>
      </td>
      <td className={styles.end}>
        {format.share(share, 0)} <span className="v-soft">({`${standing.agreed}/${standing.size}`})</span>
      </td>
      <td className={styles.end}>{amount(standing.at_stake, standing.currency)}</td>
    </tr>
  );
}

/** Whether one's gut gets better from period to period. Nothing before the first comparison. */
export function History(): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({ queryKey: keys.standings, queryFn: keyCustomers.history });
  if (!data?.length) return null;
  const periods = inTime(data);
  const [first, last] = [periods[0], periods.at(-1)];
  const told = (standing?: RoundStanding): string => format.share(standing?.share ?? 0, 0);
  return (
    <Question
      title={t('keys.better')}
      answer={
        periods.length > 1 ? t('keys.fromTo', { first: told(first), last: told(last) }) : t('keys.onlyOne')
      }
      caption={t('keys.historyCaption')}
    >
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('keys.period')}</th>
            <th>{t('keys.overlap')}</th>
            <th />
            <th className={styles.end}>{t('keys.atStake')}</th>
          </tr>
        </thead>
        <tbody>
          {periods.map((standing) => (
            <Row key={standing.round} standing={standing} />
          ))}
        </tbody>
      </table>
    </Question>
  );
}
