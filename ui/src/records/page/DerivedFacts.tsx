import { Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import {
  insight,
  keys,
  type ApiRecord,
  type Fact,
  type FieldSpec,
  type ObjectSpec,
  type ValueFacts,
} from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { FieldValue, isEmpty } from '@/fields';
import { useFormat } from '@/ui';
import { shownParameter, useReason } from '../reason';
import styles from './page.module.css';
import { WorkedOut } from './WorkedOut';

interface BecauseProps {
  object: ObjectSpec;
  field: FieldSpec;
  fact: Fact | undefined;
  asOf: string | null;
}

/** The method, the reason with its figures, how sure it is, and the way to the method. */
function Because({ object, field, fact, asOf }: BecauseProps): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const explain = useReason(object);
  const method = `method.${field.method}`;
  return (
    <>
      <p style={{ margin: 0 }}>{i18n.exists(method) ? t(method) : field.method}</p>
      {fact?.reason && <p style={{ margin: '8px 0 0' }}>{explain(fact.reason)}</p>}
      {fact?.interval && (
        <p style={{ margin: '8px 0 0' }}>
          {t('page.between', {
            low: shownParameter(fact.interval.low, format),
            high: shownParameter(fact.interval.high, format),
          })}
        </p>
      )}
      <p style={{ margin: '8px 0 0' }}>
        <Link to="/methods/$key" params={{ key: String(field.method) }}>
          {t('page.methodLink')}
        </Link>
      </p>
      {asOf && (
        <p className="v-soft v-small" style={{ margin: '8px 0 0' }}>
          {t('page.asOf', { date: format.date(asOf.slice(0, 10)) })}
          {fact && ` · ${t('page.version', { version: fact.version })}`}
        </p>
      )}
    </>
  );
}

/** Values that are not known, with the reason of each. */
function Unknown({ object, facts }: { object: ObjectSpec; facts: Fact[] }): ReactElement | null {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const explain = useReason(object);
  const catalogue = useCatalogue();
  const told = facts.flatMap(({ field: key, value, reason }) => {
    const field = catalogue.field(object, key);
    return field && reason && isEmpty(value) ? [{ field, reason }] : [];
  });
  if (told.length === 0) return null;
  return (
    <details className={styles.unknown}>
      <summary className="v-soft">{t('page.unknownFacts', { count: told.length })}</summary>
      <dl>
        {told.map(({ field, reason }) => (
          <div key={field.id}>
            <dt className="v-soft">{name(field)}</dt>
            <dd>{explain(reason)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

interface WhyProps {
  object: ObjectSpec;
  field: FieldSpec;
  value: ValueFacts | undefined;
}

/** By which method, from which day, and for which reason. */
function Why({ object, field, value }: WhyProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const fact = value?.facts.find((item) => item.field === field.name);
  return (
    <Popover width={300} withArrow>
      <Popover.Target>
        <button type="button" className={styles.why} aria-label={t('page.whyField', { field: name(field) })}>
          {t('page.why')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {field.method ? (
          <Because object={object} field={field} fact={fact} asOf={value?.as_of ?? null} />
        ) : (
          <WorkedOut field={field} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface DerivedFactsProps {
  object: ObjectSpec;
  record: ApiRecord;
}

/** What was computed: no hand can change it, and each value says how it came about. */
export function DerivedFacts({ object, record }: DerivedFactsProps): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useFieldLabel();
  const fields = object.fields.filter((field) => field.derived && !isEmpty(record[field.name]));
  const reckoned = fields.some(({ method }) => method);
  const { data } = useQuery({
    queryKey: keys.valueOf(object.name, record.id),
    queryFn: () => insight.value(object.name, record.id),
    enabled: reckoned,
  });
  if (fields.length === 0) return null;
  return (
    <div className={styles.block}>
      <h2 className={styles.heading}>
        <span>{t('field.derived')}</span>
        {reckoned && data?.as_of && (
          <span className="v-faint">{t('page.asOf', { date: format.date(data.as_of.slice(0, 10)) })}</span>
        )}
      </h2>
      <dl style={{ margin: 0 }}>
        {fields.map((field) => (
          <div key={field.id} className={styles.field}>
            <dt>{name(field)}</dt>
            <dd className={styles.derived}>
              <span>
                <FieldValue field={field} value={record[field.name]} wrap />
              </span>
              <Why object={object} field={field} value={data} />
            </dd>
          </div>
        ))}
      </dl>
      <Unknown object={object} facts={data?.facts ?? []} />
    </div>
  );
}
