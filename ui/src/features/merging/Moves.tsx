import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergePreview } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import styles from './merging.module.css';

const SAID = {
  circle: 'merging.circle',
  unique: 'merging.shared',
  required: 'merging.required',
  last_owner: 'merging.lastOwner',
} as const;

/** What hangs on the records that go, and what stands in the way. */
export function Moves({ preview }: { preview: MergePreview }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const read = useLabel();
  const name = useFieldLabel();
  const format = useFormat();
  const catalogue = useCatalogue();
  const words = (object: string, field: string): string => {
    const known = catalogue.object(object);
    const spec = known?.fields.find((each) => each.name === field);
    if (known && spec) return `${read(known.label_plural)} · ${name(spec)}`;
    const key = `merging.beside.${object}`;
    return i18n.exists(key) ? t(key) : object;
  };
  const circles = preview.conflicts.filter(({ kind }) => kind === 'circle');
  const refused = preview.conflicts.filter(({ kind }) => kind !== 'circle');
  return (
    <section aria-label={t('merging.moves')}>
      <h3 className={styles.heading}>{t('merging.moves')}</h3>
      {preview.moves.length === 0 && <p className="v-soft">{t('merging.nothingMoves')}</p>}
      <ul className={styles.moves}>
        {preview.moves.map(({ object, field, count, capped }) => (
          <li key={`${object}.${field}`}>
            {words(object, field)}:{' '}
            <strong className="v-num">{format.number(count) + (capped ? '+' : '')}</strong>
          </li>
        ))}
      </ul>
      {preview.others && <p className="v-soft v-small">{t('merging.others')}</p>}
      {circles.map(({ object, field }) => (
        <p key={field} className="v-soft v-small">
          {t(SAID.circle, { field: words(object, field) })}
        </p>
      ))}
      {refused.map(({ kind, object, field }) => (
        <p key={field} className={styles.trouble} role="alert">
          {t(SAID[kind], { field: words(object, field) })}
        </p>
      ))}
    </section>
  );
}
