import { Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, keys, type ApiRecord, type FieldSpec, type ObjectSpec, type ValueFacts } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { FieldValue, isEmpty } from '@/fields';
import { useFormat } from '@/ui';
import { useReason } from '../reason';
import styles from './page.module.css';

interface WhyProps {
  object: ObjectSpec;
  field: FieldSpec;
  value: ValueFacts | undefined;
}

/** By which method, from which day, and for which reason. */
function Why({ object, field, value }: WhyProps): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = useFieldLabel();
  const explain = useReason(object);
  const fact = value?.facts.find((item) => item.field === field.name);
  const method = `method.${field.method}`;
  return (
    <Popover width={300} withArrow>
      <Popover.Target>
        <button type="button" className={styles.why} aria-label={t('page.whyField', { field: name(field) })}>
          {t('page.why')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <p style={{ margin: 0 }}>{i18n.exists(method) ? t(method) : field.method}</p>
        {fact?.reason && <p style={{ margin: '8px 0 0' }}>{explain(fact.reason)}</p>}
        {value?.as_of && (
          <p className="v-soft v-small" style={{ margin: '8px 0 0' }}>
            {t('page.asOf', { date: format.date(value.as_of.slice(0, 10)) })}
            {fact && ` · ${t('page.version', { version: fact.version })}`}
          </p>
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
  const { data } = useQuery({
    queryKey: keys.valueOf(object.name, record.id),
    queryFn: () => insight.value(object.name, record.id),
    enabled: fields.length > 0,
  });
  if (fields.length === 0) return null;
  return (
    <div className={styles.block}>
      <h2 className={styles.heading}>
        <span>{t('field.derived')}</span>
        {data?.as_of && (
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
    </div>
  );
}
