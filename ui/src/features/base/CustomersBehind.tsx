import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type Bar, type CustomerObject, type Filter, type Money, type Ref } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';

const SHOWN = 20;

interface CustomersBehindProps {
  object: CustomerObject;
  bar: Bar;
  customers: { count: number; filter: Filter };
  onCustomer: (customer: Ref) => void;
}

/** The customers who make up most of a bar of the whole base; each opens the rows behind their part of it. */
export function CustomersBehind({ object, bar, customers, onCustomer }: CustomersBehindProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(object)?.plural ?? object;
  const { field } = bar;
  const filter = { and: [customers.filter, { field, op: 'not_empty' as const }] };
  const query = { filter, sort: `-${field}`, columns: field, limit: SHOWN };
  const { data, error, refetch } = useQuery({
    queryKey: keys.list(object, query),
    queryFn: ({ signal }) => records.list(plural, query, signal),
  });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={240} />;
  return (
    <>
      <p role="status">
        {t('behind.customers', {
          customers: format.number(customers.count),
          sum: format.money(bar.known_amount, { style: 'whole' }),
        })}{' '}
        <CustomersLink object={object} measure={field} filter={filter}>
          {t('behind.asList')}
        </CustomersLink>
      </p>
      <table className={styles.rows}>
        <tbody>
          {data.data.map((record) => (
            <tr key={record.id}>
              <td>
                <Anchor component="button" type="button" ta="start" onClick={() => onCustomer(record)}>
                  <bdi>{record.title}</bdi>
                </Anchor>
              </td>
              <td className={styles.end}>{format.money(record[field] as Money)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
