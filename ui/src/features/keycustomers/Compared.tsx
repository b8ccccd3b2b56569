import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keyCustomers, keys, type Comparison, type RankedCustomer, type WholeRound } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure, Notice, Question, TablePicture, useFormat } from '@/ui';
import styles from './keycustomers.module.css';

const POLL_MS = 1500;

type Amount = (value: string | null) => string;

/** Amounts in the currency of the ranking; plain numbers where it has none. */
function useAmount(currency: string | null): Amount {
  const format = useFormat();
  return (value) => {
    if (value === null) return '–';
    return currency
      ? format.money({ amount: value, currency }, { style: 'whole' })
      : format.number(value, { maximumFractionDigits: 1 });
  };
}

/** How much of the list and of the best are the same. */
function Overlap({ told }: { told: Comparison }): ReactElement {
  const { t } = useTranslation();
  const parts = [
    { name: 'onlyGut', count: told.only_gut.length },
    { name: 'both', count: told.both.length },
    { name: 'onlyData', count: told.only_data.length },
  ];
  const label = parts.map(({ name, count }) => `${t(`keys.${name}`)}: ${count}`).join(', ');
  return (
    <div className={styles.overlap} role="img" aria-label={label}>
      {parts.map(
        ({ name, count }) =>
          count > 0 && (
            <span key={name} data-part={name} style={{ flexGrow: count }}>
              {count}
            </span>
          ),
      )}
    </div>
  );
}

interface SideProps {
  round: WholeRound;
  name: 'onlyGut' | 'both' | 'onlyData';
  customers: RankedCustomer[];
  amount: Amount;
}

/** One of the three parts, each customer with rank, value and what was noted. */
function Side({ round, name, customers, amount }: SideProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(round.object)?.plural ?? round.object;
  return (
    <Question title={t(`keys.${name}`)} answer={t(`keys.${name}Help`)}>
      {customers.length === 0 ? (
        <p className="v-soft">{t('keys.nobodyHere')}</p>
      ) : (
        <table className={styles.rows} aria-label={t(`keys.${name}`)}>
          <tbody>
            {customers.map(({ id, title, rank, value, note }) => (
              <tr key={id}>
                <td>
                  <Link to="/$plural/$id" params={{ plural, id }}>
                    <bdi>{title ?? `#${id}`}</bdi>
                  </Link>
                  {note && (
                    <div className="v-small v-soft">
                      <bdi>{note}</bdi>
                    </div>
                  )}
                </td>
                <td className={`${styles.end} v-soft`}>
                  {rank === null ? t('keys.unranked') : t('keys.rank', { rank: format.number(rank) })}
                </td>
                <td className={styles.end}>{amount(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Question>
  );
}

function Headline({ told, own }: { told: Comparison; own: boolean }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const amount = useAmount(told.currency);
  const words = {
    agreed: format.number(told.agreed),
    size: format.number(told.size),
    share: format.share(told.share ?? 0, 0),
  };
  return (
    <Question
      title={t(own ? 'keys.howFar' : 'keys.howFarTheirs')}
      caption={
        <>
          {t(told.intact ? 'keys.intact' : 'keys.broken')} <code dir="ltr">{told.hash.slice(0, 12)}</code>
          {told.hidden > 0 && ` · ${t('keys.hidden', { number: format.number(told.hidden) })}`}
        </>
      }
    >
      <p className={styles.verdict}>{t('keys.agreed', words)}</p>
      <Overlap told={told} />
      <p>
        {t('keys.stake', {
          size: words.size,
          data: amount(told.data_value),
          gut: amount(told.gut_value),
          stake: amount(told.at_stake),
        })}
        {told.total !== null && <> {t('keys.ofTotal', { total: amount(told.total) })}</>}
      </p>
    </Question>
  );
}

interface ComparedProps {
  round: WholeRound;
  user: number;
  own: boolean;
}

/** A sealed list beside as many of the best: what agrees, the surprises both ways, and the money between them. */
export function Compared({ round, user, own }: ComparedProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: keys.comparison(round.id, user),
    queryFn: () => keyCustomers.comparison(round.id, own ? undefined : user),
    refetchInterval: ({ state }) => (state.data && !state.data.ranked_at && isOver(round) ? POLL_MS : false),
  });
  const amount = useAmount(data?.currency ?? null);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} />;
  if (!data.ranked_at)
    return (
      <Notice picture={<TablePicture />} title={t('keys.sealedTitle')}>
        {isOver(round) ? t('keys.rankingNow') : t('keys.rankedAfter', { day: format.date(round.ends_on) })}
      </Notice>
    );
  return (
    <>
      <Headline told={data} own={own} />
      <div className={styles.sides}>
        <Side round={round} name="onlyGut" customers={data.only_gut} amount={amount} />
        <Side round={round} name="both" customers={data.both} amount={amount} />
        <Side round={round} name="onlyData" customers={data.only_data} amount={amount} />
      </div>
    </>
  );
}

function isOver(round: WholeRound): boolean {
  return round.ends_on < new Date().toISOString().slice(0, 10);
}
