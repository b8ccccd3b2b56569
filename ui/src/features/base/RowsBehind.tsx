import { Button, Skeleton } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { costing, keys, type CustomerObject, type RowBehind, type RowsBehind as Behind } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure, Notice, TablePicture, useFormat } from '@/ui';
import styles from './base.module.css';

const PAGE = 50;

/** How a row came to its amount: so many pieces or minutes at such a rate. */
function usePricing(currency: string): (row: RowBehind) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ driver, unit, rate, quantity }) => {
    const what = driver ? t(`driver.${driver}`, { defaultValue: '' }) : '';
    if (!unit || rate === null) return what;
    const price = format.money({ amount: String(rate), currency });
    const how =
      unit === 'per_cent_year'
        ? t('behind.perYear', { rate: format.percent(rate, 2) })
        : t(`behind.${unit}`, { quantity: format.number(quantity ?? 0), rate: price });
    return what ? `${what}, ${how}` : how;
  };
}

function Row({ row, currency }: { row: RowBehind; currency: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(row.object)?.plural ?? row.object;
  const pricing = usePricing(currency)(row);
  return (
    <tr>
      <td className="v-soft">{row.day && format.date(row.day)}</td>
      <td>
        <Link to="/$plural/$id" params={{ plural, id: row.id }}>
          <bdi>{row.title || `#${row.id}`}</bdi>
        </Link>
        {pricing && <div className="v-small v-soft">{pricing}</div>}
      </td>
      <td className={styles.end}>{row.amount ? format.money(row.amount) : t('behind.noPrice')}</td>
    </tr>
  );
}

/** Whether the rows are the bar, and what is missing if not. */
function Verdict({ behind, bar }: { behind: Behind; bar: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = format.money(behind.sum);
  const adds = bar === 'gross' ? 'behind.sumsUp' : 'behind.takesOff';
  return (
    <div role="status" className={styles.verdict}>
      {behind.changed ? (
        <p>
          {t('behind.changed', { sum, bar: behind.amount ? format.money(behind.amount) : t('base.unknown') })}
        </p>
      ) : (
        <p>{t(adds, { rows: format.number(behind.rows), sum })}</p>
      )}
      {behind.unknown > 0 && (
        <p>
          {t('behind.unknown', { rows: format.number(behind.unknown) })}{' '}
          {bar !== 'goods' && <Link to="/settings/rates">{t('behind.toRates')}</Link>}
        </p>
      )}
      {behind.hidden.rows > 0 && (
        <p>
          {t('behind.hidden', {
            rows: format.number(behind.hidden.rows),
            sum: format.money(behind.hidden.sum),
          })}
        </p>
      )}
    </div>
  );
}

interface RowsBehindProps {
  object: CustomerObject;
  id: number;
  bar: string;
}

function useRows({ object, id, bar }: RowsBehindProps) {
  return useInfiniteQuery({
    queryKey: keys.behind(object, id, bar),
    queryFn: ({ pageParam }) => costing.rowsBehind(object, id, bar, pageParam, PAGE),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.data.length < PAGE ? undefined : pages.length * PAGE),
  });
}

/** The records that one bar of one customer is made of, newest first, with their sum. */
export function RowsBehind({ object, id, bar }: RowsBehindProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useRows({ object, id, bar });
  const first = found.data?.pages[0];
  if (found.error && !first) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!first) return <Skeleton height={240} />;
  if (first.rows === 0) return <Notice picture={<TablePicture />} title={t('behind.none')} />;
  const rows = found.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <>
      <Verdict behind={first} bar={bar} />
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('behind.day')}</th>
            <th>{t('behind.record')}</th>
            <th className={styles.end}>{t('behind.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.object}/${row.id}/${row.driver}`} row={row} currency={first.sum.currency} />
          ))}
        </tbody>
        <tfoot>
          <tr className={styles.total}>
            <td colSpan={2}>{t('behind.all', { rows: format.number(first.rows) })}</td>
            <td className={styles.end}>{format.money(first.sum)}</td>
          </tr>
        </tfoot>
      </table>
      <div className={styles.after}>
        {found.hasNextPage && (
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t('behind.more')}
          </Button>
        )}
        <Button
          variant="subtle"
          component="a"
          href={costing.rowsAddress(object, id, bar)}
          download
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          {t('behind.csv')}
        </Button>
      </div>
    </>
  );
}
