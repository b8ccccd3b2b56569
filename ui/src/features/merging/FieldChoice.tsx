import { Radio } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, MergeCandidate, MergeField, MergeSource } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { FieldValue, isEmpty, Moment } from '@/fields';
import { distinct, fromKey, toKey, unionOf } from './choice';
import styles from './merging.module.css';

interface FieldChoiceProps {
  field: FieldSpec;
  choice: MergeField;
  onChoose: (source: MergeSource) => void;
}

function Source({ candidate }: { candidate?: MergeCandidate }): ReactElement | null {
  const { t, i18n } = useTranslation();
  if (!candidate?.at) return null;
  const door = `door.${candidate.door ?? ''}`;
  return (
    <span className="v-faint v-small">
      <bdi>{candidate.actor?.title ?? (i18n.exists(door) ? t(door) : t('history.nobody'))}</bdi> ·{' '}
      <Moment value={candidate.at} />
    </span>
  );
}

function Option({
  value,
  checked,
  disabled,
  children,
}: {
  value: string;
  checked: boolean;
  disabled?: boolean;
  children: ReactNode;
}): ReactElement {
  return (
    <label className={styles.option} data-checked={checked || undefined}>
      <Radio value={value} disabled={disabled} />
      <span className={styles.value}>{children}</span>
    </label>
  );
}

/** The values of one field side by side; on a phone one below the other. */
export function FieldChoice({ field, choice, onChoose }: FieldChoiceProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const values = distinct(choice);
  const from = choice.from;
  const chosen = typeof from === 'number' ? values.find(({ ids }) => ids.includes(from))?.key : toKey(from);
  return (
    <Radio.Group
      label={name(field)}
      value={chosen ?? toKey(from)}
      onChange={(key) => onChoose(fromKey(key))}
      className={styles.field}
    >
      <div className={styles.options}>
        {values.map(({ key, ids, value }) => (
          <Option
            key={key}
            value={key}
            checked={chosen === key}
            disabled={ids.every((id) => choice.blocked.includes(id))}
          >
            <FieldValue field={field} value={value} wrap />
            {!isEmpty(value) && <Source candidate={choice.candidates.find(({ id }) => id === ids[0])} />}
          </Option>
        ))}
        {field.type === 'multi_choice' && (
          <Option value="union" checked={chosen === 'union'}>
            <FieldValue field={field} value={unionOf(choice)} wrap />
            <span className="v-faint v-small">{t('merging.union')}</span>
          </Option>
        )}
        {chosen === 'none' && (
          <Option value="none" checked>
            {t('merging.none')}
          </Option>
        )}
      </div>
    </Radio.Group>
  );
}
