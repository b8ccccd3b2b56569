import { Select, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, nextOffers, views, type CustomerObject, type OfferGiven, type SavedView } from '@/api';
import { useCatalogue, useObject } from '@/catalogue';
import { useRecordSlots, type RecordSlotProps } from '@/records';
import { Failure, toast, useFormat } from '@/ui';
import styles from './offers.module.css';

/** How many get the offer, what that is expected to bring, and the first of them. */
function Audience({ found, object }: { found: OfferGiven; object: CustomerObject }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const customers = useObject(object);
  const { listTools = [] } = useRecordSlots();
  const Measure = listTools.find(({ key }) => key === 'actions')?.component;
  return (
    <>
      <p>
        {t('offers.audience', {
          count: found.chosen,
          chosen: format.number(found.chosen),
          eligible: format.number(found.eligible),
          value: format.money(found.value),
        })}
      </p>
      {Measure && (
        <span className={styles.line}>
          <Suspense fallback={null}>
            <Measure object={customers} search={{ view: found.group.id }} fields={[]} />
          </Suspense>
          {t('offers.measure')}
        </span>
      )}
      <ul>
        {found.customers.slice(0, 10).map(({ id, title, value }) => (
          <li key={id}>
            <Link to="/$plural/$id" params={{ plural: customers.plural, id }}>
              <bdi>{title}</bdi>
            </Link>{' '}
            <span className="v-soft v-num">{format.money(value)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Shown({ id, group }: { id: number; group: SavedView }): ReactElement {
  const { t } = useTranslation();
  const object = group.object as CustomerObject;
  const { data, error, refetch } = useQuery({
    queryKey: keys.nextOffers(object),
    queryFn: () => nextOffers.all(object),
    retry: false,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={64} />;
  const found = data.data.find((one) => one.id === id);
  if (found) return <Audience found={found} object={object} />;
  const left = data.left.find((one) => one.id === id);
  return <p className="v-soft">{t(`offers.left.${left?.reason ?? 'not_now'}`)}</p>;
}

/** Whom an offer is for, and who of them should get it. */
export function OfferPanel({ id }: RecordSlotProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const catalogue = useCatalogue();
  const may = catalogue.object('offer')?.can.update ?? false;
  const { data: all = [] } = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  const { data: group, isPending } = useQuery({
    queryKey: keys.offerGroup(id),
    queryFn: () => nextOffers.group(id),
  });
  const groups = all.filter(({ object, shared }) => shared && (object === 'company' || object === 'person'));
  const put = useMutation({
    mutationFn: (view: number | null) => nextOffers.setGroup(id, view),
    onError: (error: Error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
    onSuccess: async (made) => {
      client.setQueryData(keys.offerGroup(id), made.group);
      await client.invalidateQueries({ queryKey: ['list', 'offer', 'next'] });
    },
  });
  const chosen = all.find((view) => view.id === group?.id);
  return (
    <section className={styles.panel} aria-label={t('offers.whom')}>
      <h2>{t('offers.whom')}</h2>
      <Select
        aria-label={t('offers.group')}
        placeholder={t('offers.chooseGroup')}
        description={groups.length === 0 ? t('offers.noGroups') : undefined}
        searchable
        clearable
        disabled={!may || isPending}
        value={group ? String(group.id) : null}
        data={groups.map((view) => ({ value: String(view.id), label: view.name }))}
        onChange={(next) => put.mutate(next ? Number(next) : null)}
      />
      {chosen && <Shown id={id} group={chosen} />}
    </section>
  );
}
