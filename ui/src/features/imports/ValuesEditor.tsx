import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ImportField } from '@/api';
import { useLabel } from '@/catalogue';
import styles from './imports.module.css';
import { meanings } from './plan';

interface ValuesEditorProps {
  field: FieldSpec;
  rule: ImportField;
  samples: (string | null)[];
  onChange: (rule: ImportField) => void;
}

/** Which option each cell of a choice column means. */
export function ValuesEditor({ field, rule, samples, onChange }: ValuesEditorProps): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const found = meanings(field, rule, samples);
  if (found.length === 0) return null;
  const unknown = found.filter(({ known }) => !known).length;
  const set = (cell: string, option: string): void => {
    const rest = Object.fromEntries(Object.entries(rule.values ?? {}).filter(([name]) => name !== cell));
    onChange({ ...rule, values: option ? { ...rest, [cell]: option } : rest });
  };
  return (
    <details className={styles.values} open={unknown > 0}>
      <summary className="v-small">
        {unknown > 0
          ? t('imports.valuesUnknown', { count: unknown })
          : t('imports.valuesKnown', { count: found.length })}
      </summary>
      {found.map(({ cell, option }) => (
        <label key={cell} className={styles.valueRow}>
          <bdi className="v-cut">{cell}</bdi>
          <NativeSelect value={option ?? ''} onChange={({ currentTarget: { value } }) => set(cell, value)}>
            <option value="">{t('imports.noMeaning')}</option>
            {(field.options ?? []).map(({ value, label }) => (
              <option key={value} value={value}>
                {read(label) || value}
              </option>
            ))}
          </NativeSelect>
        </label>
      ))}
    </details>
  );
}
