import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cluster, Clusters, ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { Remarks } from '@/records';
import { Question, useFormat } from '@/ui';
import styles from './clusters.module.css';
import { traits, type Trait } from './words';

interface GroupsProps {
  object: ObjectSpec;
  clusters: Clusters;
}

function useFieldName(object: ObjectSpec): (name: string) => string {
  const fields = useCatalogue().fieldsOf(object);
  const label = useFieldLabel();
  return (name) => {
    const field = fields.get(name);
    return field ? label(field) : name;
  };
}

function Card({ object, clusters, group }: GroupsProps & { group: Cluster }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useFieldName(object);
  const found = traits(clusters, group);
  const said = ({ feature, ratio, more }: Trait): string => {
    const field = name(feature);
    if (ratio === null) return t(more ? 'clusters.more' : 'clusters.less', { field });
    return t('clusters.times', { field, times: format.number(ratio, { maximumSignificantDigits: 2 }) });
  };
  const share = clusters.all ? group.customers / clusters.all.customers : 0;
  return (
    <li className={styles.card}>
      <h2>{t('clusters.group', { number: format.number(group.number) })}</h2>
      <p className={styles.big}>
        {format.number(group.customers)} <span className="v-soft v-small">{format.share(share, 0)}</span>
      </p>
      {found.length > 0 ? (
        <ul>
          {found.map((trait) => (
            <li key={trait.feature}>{said(trait)}</li>
          ))}
        </ul>
      ) : (
        <p className="v-soft">{t('clusters.usual')}</p>
      )}
      <Button
        component={Link}
        variant="default"
        to="/$plural"
        params={{ plural: object.plural } as never}
        search={{ filter: group.filter } as never}
      >
        {t('clusters.open', { count: group.customers, customers: format.number(group.customers) })}
      </Button>
    </li>
  );
}

function Medians({ object, clusters }: GroupsProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useFieldName(object);
  const number = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : format.number(value, { maximumFractionDigits: 2 });
  return (
    <div className={styles.scroll}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('clusters.field')}</th>
            {clusters.clusters.map((group) => (
              <th key={group.number} className={styles.end}>
                {t('clusters.group', { number: format.number(group.number) })}
              </th>
            ))}
            <th className={styles.end}>{t('clusters.all')}</th>
          </tr>
        </thead>
        <tbody>
          {clusters.features.map((feature) => (
            <tr key={feature}>
              <th scope="row">{name(feature)}</th>
              {clusters.clusters.map((group) => (
                <td key={group.number} className={styles.end}>
                  {number(group.medians[feature])}
                </td>
              ))}
              <td className={`${styles.end} v-soft`}>{number(clusters.all?.medians[feature])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The groups in words, how sure they are, and what is usual in each. */
export function Groups({ object, clusters }: GroupsProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const stability = format.number(clusters.stability ?? 0, { maximumFractionDigits: 2 });
  const words = { stability, needed: format.number(clusters.needed), number: clusters.clusters.length };
  return (
    <div className={styles.result}>
      <p className={styles.answer}>{t(clusters.stable ? 'clusters.stable' : 'clusters.unstable', words)}</p>
      <Remarks object={object} notes={clusters.notes} told={['unstable']} />
      <ul className={styles.cards}>
        {clusters.clusters.map((group) => (
          <Card key={group.number} object={object} clusters={clusters} group={group} />
        ))}
      </ul>
      <Question
        title={t('clusters.medians')}
        caption={t('clusters.caption', {
          customers: format.number(clusters.all?.customers ?? 0),
          silhouette: format.number(clusters.silhouette ?? 0, { maximumFractionDigits: 2 }),
        })}
      >
        <Medians object={object} clusters={clusters} />
      </Question>
    </div>
  );
}
