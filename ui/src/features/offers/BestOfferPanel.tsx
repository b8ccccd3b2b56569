import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, nextOffers } from '@/api';
import type { RecordSlotProps } from '@/records';
import { useFormat } from '@/ui';
import styles from './offers.module.css';

/** The offer that this customer should get next, and what it is expected to bring; nothing where no offer is for them. */
export function BestOfferPanel({ object, id }: RecordSlotProps): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: keys.nextOfferOf(object, id),
    queryFn: () => nextOffers.of(object, id),
    retry: false,
  });
  if (!data || data.reason === 'not_eligible') return null;
  const { offer, value } = data;
  return (
    <section className={styles.panel} aria-label={t('offers.best')}>
      <h2>{t('offers.best')}</h2>
      {offer && value ? (
        <p>
          <Link to="/$plural/$id" params={{ plural: 'offers', id: offer.id }}>
            <bdi>{offer.title}</bdi>
          </Link>{' '}
          <span className="v-soft">{t('offers.expected', { value: format.money(value) })}</span>
        </p>
      ) : (
        <p className="v-soft">{t(`offers.reason.${data.reason}`)}</p>
      )}
    </section>
  );
}
