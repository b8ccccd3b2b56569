import { Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerObject, Rfm } from '@/api';
import { useCatalogue, useLabel, useObject } from '@/catalogue';
import { Question, Tag, useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomersLink } from './drill';
import { useRfm } from './RfmQuestion';

function Rows({ object, rfm }: { object: CustomerObject; rfm: Rfm }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const options = useCatalogue().fieldsOf(useObject(object)).get('rfm_segment')?.options ?? [];
  const most = Math.max(1, ...rfm.segments.map(({ count }) => count));
  return (
    <table className={styles.rows}>
      <thead>
        <tr>
          <th>{t('segments.segment')}</th>
          <th className={styles.barBox} aria-hidden />
          <th className={styles.end}>{t('base.customers')}</th>
          <th className={styles.end}>{t('rfm.value')}</th>
        </tr>
      </thead>
      <tbody>
        {rfm.segments.map(({ segment, count, value, filter }) => {
          const option = options.find((one) => one.value === segment);
          return (
            <tr key={segment}>
              <td>
                <CustomersLink object={object} measure="monetary" filter={filter}>
                  <Tag color={option?.color}>{read(option?.label) || segment}</Tag>
                </CustomersLink>
              </td>
              <td className={styles.barBox} aria-hidden>
                <span className={styles.bar} style={{ width: `${(count / most) * 100}%` }} />
              </td>
              <td className={styles.end}>{format.number(count)}</td>
              <td className={styles.end}>{format.money(value, { style: 'whole' })}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The grid in words: each segment with its customers and what they spent. What the grid cannot show it says itself. */
export function Segments({ object }: { object: CustomerObject }): ReactElement | null {
  const { t } = useTranslation();
  const { data, error } = useRfm(object);
  if (error && !data) return null;
  return (
    <Question title={t('segments.title')} caption={t('segments.caption')}>
      {!data && <Skeleton height={280} />}
      {data && data.n > 0 && <Rows object={object} rfm={data} />}
      {data?.n === 0 && <p className="v-soft">{t('base.noInvoices')}</p>}
    </Question>
  );
}
