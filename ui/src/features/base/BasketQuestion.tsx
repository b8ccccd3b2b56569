import { Skeleton } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, type BasketRule, type CustomerObject } from '@/api';
import { useObject } from '@/catalogue';
import { Remarks } from '@/records';
import { Failure, Question, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';
import { AskMethod } from './OffersQuestion';
import { useInsight } from './useBase';

const SHOWN = 10;

function Product({ id, title }: BasketRule['then']): ReactElement {
  return (
    <Link to="/$plural/$id" params={{ plural: 'products', id }}>
      <bdi>{title}</bdi>
    </Link>
  );
}

function Row({ object, rule }: { object: CustomerObject; rule: BasketRule }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <tr>
      <td style={{ paddingBlock: 4 }}>
        {rule.given.map((product, index) => (
          <Fragment key={product.id}>
            {index > 0 && ' + '}
            <Product {...product} />
          </Fragment>
        ))}
        <br />
        <IconArrowRight size={12} className="v-flip v-soft" aria-hidden /> <Product {...rule.then} />
        <br />
        <CustomersLink
          object={object}
          measure="revenue_net"
          filter={rule.filter}
          title={t('basket.openHelp')}
        >
          <span className="v-small">{t('basket.open')}</span>
        </CustomersLink>
      </td>
      <td className={`${styles.end} ${styles.roomy}`}>{format.share(rule.support)}</td>
      <td className={styles.end}>{format.share(rule.confidence, 0)}</td>
      <td className={styles.end}>
        {t('basket.times', { lift: format.number(rule.lift, { maximumFractionDigits: 1 }) })}
      </td>
    </tr>
  );
}

/** Products bought on one invoice more often than chance would have it. */
export function BasketQuestion({ object }: { object: CustomerObject }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useObject(object);
  const { data, error, refetch } = useInsight('basket', object, () => insight.basket(object));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const best = data?.rules[0];
  return (
    <Question
      title={t('basket.title')}
      answer={
        best &&
        t('basket.answer', {
          given: best.given.map(({ title }) => title).join(' + '),
          then: best.then.title,
          share: format.share(best.confidence, 0),
          lift: format.number(best.lift, { maximumFractionDigits: 1 }),
        })
      }
      caption={
        best && (
          <>
            {t('basket.caption', { invoices: format.number(data.baskets) })}{' '}
            <Link to="/methods/$key" params={{ key: 'basket' }}>
              {t('page.methodLink')}
            </Link>
          </>
        )
      }
    >
      {!data && <Skeleton height={320} />}
      {data && best && (
        <table className={styles.rows}>
          <thead>
            <tr>
              <th>{t('basket.products')}</th>
              <th className={`${styles.end} ${styles.roomy}`} title={t('basket.supportHelp')}>
                {t('basket.support')}
              </th>
              <th className={styles.end} title={t('basket.confidenceHelp')}>
                {t('basket.confidence')}
              </th>
              <th className={styles.end} title={t('basket.liftHelp')}>
                {t('basket.lift')}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.rules.slice(0, SHOWN).map((rule) => (
              <Row
                key={`${rule.given.map(({ id }) => id).join()}>${rule.then.id}`}
                object={object}
                rule={rule}
              />
            ))}
          </tbody>
        </table>
      )}
      {data?.hidden && <p className="v-soft">{t('basket.hidden')}</p>}
      {data && !best && !data.hidden && <AskMethod method="basket" />}
      {data && <Remarks object={spec} notes={data.notes} />}
    </Question>
  );
}
