import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerObject, ModelNote } from '@/api';
import { useObject } from '@/catalogue';
import { noteWords, useNames } from '@/records';
import styles from './base.module.css';

/** What to bear in mind when reading the figures. */
export function Notes({
  object,
  notes,
}: {
  object: CustomerObject;
  notes: ModelNote[];
}): ReactElement | null {
  const { t } = useTranslation();
  const names = useNames(useObject(object));
  if (notes.length === 0) return null;
  return (
    <details className={styles.notes}>
      <summary>{t('base.notes', { count: notes.length })}</summary>
      <ul>
        {notes.map((note) => (
          <li key={note.words}>
            <bdi>{noteWords(note, names)}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}
