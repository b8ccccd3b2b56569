import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, Draft, ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { isEmpty } from '@/fields';
import { InlineField } from './InlineField';
import styles from './page.module.css';

interface EnteredFactsProps {
  object: ObjectSpec;
  record: ApiRecord;
  onSave: (change: Draft) => void;
}

/** What people wrote down: each fact can be changed where it stands. */
export function EnteredFacts({ object, record, onSave }: EnteredFactsProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const fields = object.fields.filter(({ derived }) => !derived);
  const editable = object.can.update && !record.deleted_at;
  return (
    <div className={styles.block}>
      <h2 className={styles.heading}>{t('field.entered')}</h2>
      <dl style={{ margin: 0 }}>
        {fields
          .filter((field) => field.writable || !isEmpty(record[field.name]))
          .map((field) => (
            <div key={field.id} className={styles.field}>
              <dt>{name(field)}</dt>
              <dd>
                <InlineField
                  field={field}
                  value={record[field.name]}
                  editable={editable && field.writable}
                  onSave={(value) => onSave({ [field.name]: value ?? null })}
                />
              </dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
