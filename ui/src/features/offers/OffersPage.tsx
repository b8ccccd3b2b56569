import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, nextOffers, views, type Allocation, type CustomerObject, type OfferReason } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { Failure, Notice, TablePicture, TitleRow, useFormat } from '@/ui';
import styles from './offers.module.css';

const CUSTOMERS: CustomerObject[] = ['company', 'person'];
const WITHOUT: OfferReason[] = ['too_soon', 'tired', 'not_worth_it', 'used_up'];

function Table({ found, plural }: { found: Allocation; plural: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: all = [] } = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  const name = (id: number, title: string | null): ReactElement => (
    <Link to="/$plural/$id" params={{ plural: 'offers', id }}>
      <bdi>{title}</bdi>
    </Link>
  );
  return (
    <div className={styles.scroll}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('offers.offer')}</th>
            <th>{t('offers.group')}</th>
            <th className={styles.end}>{t('offers.eligible')}</th>
            <th className={styles.end}>{t('offers.getting')}</th>
            <th className={styles.end}>{t('offers.profit')}</th>
          </tr>
        </thead>
        <tbody>
          {found.data.map(({ id, title, group, eligible, chosen, value }) => (
            <tr key={id}>
              <td>{name(id, title)}</td>
              <td>
                <Link
                  to="/$plural"
                  params={{ plural }}
                  search={{ ...all.find(({ id: view }) => view === group.id)?.query, view: group.id }}
                >
                  <bdi>{group.title}</bdi>
                </Link>
              </td>
              <td className={styles.end}>{format.number(eligible)}</td>
              <td className={styles.end}>{format.number(chosen)}</td>
              <td className={styles.end}>{format.money(value, { style: 'whole' })}</td>
            </tr>
          ))}
          {found.left
            .filter(({ reason }) => reason !== 'other_object')
            .map(({ id, title, reason }) => (
              <tr key={id}>
                <td>{name(id, title)}</td>
                <td colSpan={4} className="v-soft">
                  {t(`offers.left.${reason}`)}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** Why some get none, most frequent reason first. */
function Reasons({ reasons }: { reasons: Allocation['reasons'] }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const known = WITHOUT.filter((reason) => reasons[reason]);
  known.sort((a, b) => (reasons[b] ?? 0) - (reasons[a] ?? 0));
  if (known.length === 0) return null;
  return (
    <ul className="v-soft">
      {known.map((reason) => (
        <li key={reason}>
          {format.number(reasons[reason] ?? 0)}: {t(`offers.reason.${reason}`)}
        </li>
      ))}
    </ul>
  );
}

/** Who gets which offer of the catalogue: each customer the one of the highest expected value, within the limits. */
export function OffersPage(): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const catalogue = useCatalogue();
  const [object, setObject] = useState<CustomerObject>('company');
  const { data, error, refetch } = useQuery({
    queryKey: keys.nextOffers(object),
    queryFn: () => nextOffers.all(object),
    retry: false,
  });
  const empty = data && data.data.length + data.left.length === 0;
  const make = (
    <Button
      component={Link}
      to="/$plural"
      params={{ plural: 'offers' } as never}
      search={{ create: true } as never}
    >
      {t('offers.make')}
    </Button>
  );
  const total = data?.reasons.offered ?? 0;
  return (
    <>
      <TitleRow
        print
        title={t('nav.nextOffers')}
        aside={
          <SegmentedControl
            aria-label={t('base.kind')}
            value={object}
            onChange={(next) => setObject(next as CustomerObject)}
            data={CUSTOMERS.map((name) => ({
              value: name,
              label: read(catalogue.object(name)?.label_plural) || name,
            }))}
          />
        }
        actions={!empty && make}
      />
      <div className={styles.page}>
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={200} />}
        {empty && (
          <Notice picture={<TablePicture />} title={t('offers.noneYet')} action={make}>
            {t('offers.noneHelp')}
          </Notice>
        )}
        {data && !empty && (
          <>
            <p className={styles.answer}>
              {t('offers.said', { count: total, number: format.number(total) })}
            </p>
            <Table found={data} plural={catalogue.object(object)?.plural ?? object} />
            <Reasons reasons={data.reasons} />
            <p className="v-soft v-small">{t('offers.how')}</p>
          </>
        )}
      </div>
    </>
  );
}
