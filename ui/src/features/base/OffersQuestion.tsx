import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type CustomerObject, type NextOffers } from '@/api';
import { useObject } from '@/catalogue';
import { Remarks } from '@/records';
import { ColumnTable, Failure, Question, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';
import { useInsight } from './useBase';

const SHOWN = 10;
const MEASURE = 'next_offer_value';

/** Why there is nothing: the page of the method says it. */
export function AskMethod({ method }: { method: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <p className="v-soft">
      {t('offers.tooLittle')}{' '}
      <Link to="/methods/$key" params={{ key: method }}>
        {t('page.methodLink')}
      </Link>
    </p>
  );
}

type Product = NextOffers['products'][number];

function Table({ object, offers }: { object: CustomerObject; offers: NextOffers }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const customers = ({ count, filter }: Product): ReactElement => (
    <CustomersLink
      object={object}
      measure={MEASURE}
      filter={filter}
      title={t('base.openThese', { count, customers: format.number(count) })}
    >
      {format.number(count)}
    </CustomersLink>
  );
  return (
    <ColumnTable
      className={styles.rows}
      rows={offers.products.slice(0, SHOWN)}
      rowKey={({ product }) => product}
      columns={[
        { head: t('offers.product'), cell: ({ product }) => <bdi>{product}</bdi>, words: true },
        { head: t('base.customers'), cell: customers },
        { head: t('offers.chance'), cell: ({ chance }) => format.share(chance, 0) },
        { head: t('offers.value'), cell: ({ value }) => format.money(value, { style: 'whole' }) },
      ]}
    />
  );
}

/** Which product to offer to whom now, the dearest offers first. */
export function OffersQuestion({ object }: { object: CustomerObject }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useObject(object);
  const { data, error, refetch } = useInsight('next-offers', object, () => insight.nextOffers(object));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const best = data?.products[0];
  const own = data?.quality.find(({ method }) => method === 'ease');
  const usual = data?.quality.find(({ method }) => method === 'popularity');
  return (
    <Question
      title={t('offers.title')}
      answer={
        best &&
        t('offers.answer', {
          count: best.count,
          customers: format.number(best.count),
          product: best.product,
          value: format.money(best.value, { style: 'whole' }),
        })
      }
      caption={
        data && best ? (
          <>
            {t(`offers.of.${data.value_of ?? 'revenue'}`)}
            {own && usual && (
              <>
                {' · '}
                {t('offers.quality', {
                  at: format.number(own.at),
                  hit: format.share(own.hit, 0),
                  usual: format.share(usual.hit, 0),
                })}
              </>
            )}
            {' · '}
            <Link to="/methods/$key" params={{ key: 'next_offer' }}>
              {t('page.methodLink')}
            </Link>
          </>
        ) : null
      }
    >
      {!data && <Skeleton height={320} />}
      {data && best && <Table object={object} offers={data} />}
      {data && !best && <AskMethod method="next_offer" />}
      {data && <Remarks object={spec} notes={data.notes} told={['margin_unknown']} />}
    </Question>
  );
}
