import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { isEmpty } from '@/fields';
import { useWaiting } from '../drafts';
import type { Save } from '../useWrites';
import { InlineField } from './InlineField';
import styles from './page.module.css';

interface EnteredFactsProps {
  object: ObjectSpec;
  record: ApiRecord;
  save: Save;
}

/** Below this many empty facts there is nothing to gain from hiding them. */
const FEW = 3;

/** What people wrote down: each fact can be changed where it stands; the empty ones wait behind a button. */
export function EnteredFacts({ object, record, save }: EnteredFactsProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const [all, setAll] = useState(false);
  const waiting = useWaiting(`${object.name}/${record.id}`);
  const editable = object.can.update && !record.deleted_at;
  const fields = object.fields.filter(
    (field) => !field.derived && (field.writable || !isEmpty(record[field.name])),
  );
  const empty = fields.filter(
    (field) => isEmpty(record[field.name]) && !object.title.includes(field.name) && !waiting(field.name),
  );
  const hidden = all || empty.length <= FEW ? [] : empty;
  return (
    <div className={styles.block}>
      <h2 className={styles.heading}>{t('field.entered')}</h2>
      <dl style={{ margin: 0 }}>
        {fields
          .filter((field) => !hidden.includes(field))
          .map((field) => (
            <div key={field.id} className={styles.field}>
              <dt>{name(field)}</dt>
              <dd>
                <InlineField
                  object={object}
                  record={record}
                  field={field}
                  editable={editable && field.writable}
                  save={save}
                />
              </dd>
            </div>
          ))}
      </dl>
      {hidden.length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => setAll(true)}>
          {t('page.emptyFacts', { count: hidden.length })}
        </Button>
      )}
    </div>
  );
}
