import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, keys, type CustomerObject, type Fact, type ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel, useObject } from '@/catalogue';
import { FieldValue, isEmpty } from '@/fields';
import { shownParameter, useOpenRound, useReason, type RecordSlotProps } from '@/records';
import { useFormat } from '@/ui';
import styles from './base.module.css';
import { CustomerWaterfall } from './CustomerWaterfall';
import { RankPicture } from './RankPicture';

/** What a salesperson asks first; the rest stands among the derived facts. */
const TOLD = [
  'abc_class',
  'key_class',
  'revenue_net',
  'margin',
  'net_profit',
  'won_value',
  'rfm_segment',
  'cluster_profile',
  'p_alive',
  'churn_probability',
  'expected_value',
  'preferred_product',
  'next_product',
];

function isCustomer(object: string): object is CustomerObject {
  return object === 'company' || object === 'person';
}

/** The facts to tell, in the order of the telling; those without value only where the reason says why. */
export function toldFacts(facts: Fact[]): Fact[] {
  return TOLD.flatMap((name) => facts.find(({ field }) => field === name) ?? []).filter(
    ({ field, value }) => !isEmpty(value) || field === 'margin',
  );
}

function FactItem({ object, fact }: { object: ObjectSpec; fact: Fact }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const label = useFieldLabel();
  const explain = useReason(object);
  const format = useFormat();
  const field = useCatalogue().fieldsOf(object).get(fact.field);
  if (!field) return null;
  const method = `method.${fact.method}`;
  return (
    <li>
      <div className={styles.factHead}>
        <span className="v-soft">{label(field)}</span>
        <strong>
          <FieldValue field={field} value={fact.value} />
        </strong>
      </div>
      {fact.reason && <div className="v-small">{explain(fact.reason)}</div>}
      {fact.interval && (
        <div className="v-small">
          {t('page.between', {
            low: shownParameter(fact.interval.low, format),
            high: shownParameter(fact.interval.high, format),
          })}
        </div>
      )}
      <div className="v-small v-faint" title={i18n.exists(method) ? t(method) : undefined}>
        <Link to="/methods/$key" params={{ key: fact.method }}>
          {t(`panel.method.${fact.method}`, { defaultValue: fact.method })}
        </Link>{' '}
        · {t('panel.version', { version: fact.version })}
      </div>
    </li>
  );
}

function factValue<T>(facts: Fact[], field: string): T | undefined {
  const value = facts.find((fact) => fact.field === field)?.value;
  return isEmpty(value) ? undefined : (value as T);
}

/** The measure that ranks: the reason of the class names it. */
function rankedBy(facts: Fact[]): string {
  const measure = facts.find(({ field }) => field === 'abc_class')?.reason?.params.measure;
  return typeof measure === 'string' ? measure : 'revenue_net';
}

/** Why there is nothing to tell: it is out of the reader's sight, or not known yet. */
function Untold({ object }: { object: ObjectSpec }): ReactElement {
  const { t } = useTranslation();
  const fields = useCatalogue().fieldsOf(object);
  const hidden = !TOLD.some((name) => fields.has(name));
  const round = useOpenRound(hidden);
  return (
    <p className="v-soft" style={{ margin: 0 }}>
      {round ? t('blind.help') : t(hidden ? 'panel.hidden' : 'panel.nothing')}{' '}
      {round && (
        <Link to="/key-customers/$roundId" params={{ roundId: round.id }}>
          {t('blind.seal')}
        </Link>
      )}
      {!hidden && <Link to="/base">{t('nav.base')}</Link>}
    </p>
  );
}

/** The value of one customer, explained: its place in the base, what it earned, what is to be expected, and why. */
export function ValuePanel({ object, id }: RecordSlotProps): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useObject(object);
  const { data, isPending } = useQuery({
    queryKey: keys.valueOf(object, id),
    queryFn: () => insight.value(object, id),
    enabled: isCustomer(object),
  });
  if (!isCustomer(object)) return null;
  if (isPending) return <Skeleton height={240} />;
  if (!data) return null;
  const told = toldFacts(data.facts);
  const rank = factValue<number>(data.facts, 'abc_rank');
  return (
    <section aria-label={t('panel.title')} className={styles.values}>
      <header className={styles.factHead}>
        <h2 style={{ margin: 0, fontSize: 14 }}>{t('panel.title')}</h2>
        {data.as_of && (
          <span className="v-faint v-small">{t('base.asOf', { day: format.date(data.as_of) })}</span>
        )}
      </header>
      {told.length === 0 ? (
        <Untold object={spec} />
      ) : (
        <>
          {rank !== undefined && (
            <RankPicture
              object={object}
              measure={rankedBy(data.facts)}
              rank={rank}
              valueClass={factValue<string>(data.facts, 'abc_class') ?? 'C'}
            />
          )}
          <ul className={styles.facts}>
            {told.map((fact) => (
              <FactItem key={fact.field} object={spec} fact={fact} />
            ))}
          </ul>
          <CustomerWaterfall object={object} id={id} />
        </>
      )}
    </section>
  );
}
