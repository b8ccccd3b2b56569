import { Radio } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, Value } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { FieldValue } from '@/fields';
import styles from './page.module.css';

export type Side = 'theirs' | 'mine';

interface ConflictFieldProps {
  field: FieldSpec;
  /** Undefined where nobody knows any more. */
  base: Value;
  theirs: Value;
  mine: Value;
  side: Side;
  onChoose: (side: Side) => void;
}

/** One field that two people wrote. */
export function ConflictField({
  field,
  base,
  theirs,
  mine,
  side,
  onChoose,
}: ConflictFieldProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel()(field);
  const sides: [Side, string, Value][] = [
    ['theirs', t('conflict.theirs'), theirs],
    ['mine', t('conflict.mine'), mine],
  ];
  return (
    <Radio.Group
      label={name}
      aria-label={t('conflict.choose', { field: name })}
      value={side}
      onChange={(next) => onChoose(next === 'mine' ? 'mine' : 'theirs')}
      mb="sm"
    >
      {base !== undefined && (
        <div className="v-soft v-small">
          {t('conflict.base')}: <FieldValue field={field} value={base} />
        </div>
      )}
      <div className={styles.sides}>
        {sides.map(([key, label, value]) => (
          <label key={key} className={styles.side}>
            <Radio value={key} />
            <span>
              <span className="v-faint v-small">{label}</span>
              <br />
              <FieldValue field={field} value={value} wrap />
            </span>
          </label>
        ))}
      </div>
    </Radio.Group>
  );
}
