import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, policies, type Ruling } from '@/api';
import type { RecordSlotProps } from '@/records';
import styles from './policies.module.css';
import { usePrinciple } from './usePrinciple';

function Rulings({ rulings }: { rulings: Ruling[] }): ReactElement {
  const { t } = useTranslation();
  const words = usePrinciple();
  return (
    <dl>
      {rulings.map(({ principle, value, group, overruled }) => (
        <div key={principle}>
          <dt className="v-soft">{t(`policy.${principle}`)}</dt>
          <dd>
            <bdi>{words(principle, value)}</bdi>
            <div className="v-small v-faint">
              <bdi>{group.title}</bdi>
              {overruled.length > 0 &&
                ` · ${t('policy.overrules', { groups: overruled.map(({ title }) => title).join(', ') })}`}
            </div>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** How this customer is to be treated, and which group says so. Nothing where no group does. */
export function PolicyPanel({ object, id }: RecordSlotProps): ReactElement | null {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: keys.policyOf(object, id),
    queryFn: () => policies.of(object, id),
  });
  if (!data?.data.length) return null;
  return (
    <section aria-label={t('policy.panel')} className={styles.panel}>
      <h2>{t('policy.panel')}</h2>
      <Rulings rulings={data.data} />
      {data.withheld > 0 && <p className="v-small v-soft">{t('policy.withheld')}</p>}
    </section>
  );
}
