import { ActionIcon, NativeSelect, TextInput } from '@mantine/core';
import { IconArrowLeft, IconX } from '@tabler/icons-react';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ImportColumn, ImportField } from '@/api';
import { useFieldLabel } from '@/catalogue';
import styles from './imports.module.css';
import { setField } from './plan';
import { isMade, ruleWords } from './ruleWords';
import type { TargetProps } from './TargetCard';
import { ValuesEditor } from './ValuesEditor';

interface FieldRowProps extends TargetProps {
  field: FieldSpec;
  rule: ImportField;
  problem: string | undefined;
}

const CONSTANT = '\u0000constant';

/** The first cells of a column, to see what will go in. */
export function Samples({ column }: { column: ImportColumn | undefined }): ReactElement | null {
  if (!column) return null;
  const shown = column.samples.filter((sample) => sample !== null).slice(0, 3);
  return (
    <span className={`${styles.samples} v-soft v-small v-cut`}>
      {shown.map((sample, index) => (
        <bdi key={index}>{sample}</bdi>
      ))}
    </span>
  );
}

interface RowProps {
  label: ReactNode;
  labelId: string;
  required?: boolean;
  problem: string | undefined;
  onRemove: () => void;
  removeLabel: string;
  children: ReactNode;
}

/** A line of the mapping: the field, where its value comes from, and a way to leave it out. */
export function MappingRow(props: RowProps): ReactElement {
  const { label, labelId, required, problem, onRemove, removeLabel, children } = props;
  return (
    <div className={styles.mapRow} role="row">
      <span id={labelId} role="rowheader" className={styles.mapName}>
        {label}
        {required && <span aria-hidden> *</span>}
      </span>
      <IconArrowLeft size={14} className={`v-flip ${styles.arrow}`} aria-hidden />
      <div className={styles.mapSource} role="cell">
        {children}
        {problem && (
          <span role="alert" className="v-loss v-small">
            {problem}
          </span>
        )}
      </div>
      <span role="cell">
        <ActionIcon aria-label={removeLabel} onClick={onRemove}>
          <IconX size={14} />
        </ActionIcon>
      </span>
    </div>
  );
}

function Made({ rule }: { rule: ImportField }): ReactElement {
  const { t } = useTranslation();
  return (
    <span className="v-small">
      {ruleWords(rule, t).map((words) => (
        <span key={words} className={styles.words}>
          <bdi>{words}</bdi>
        </span>
      ))}
    </span>
  );
}

/** Where the value of one field comes from: a column, or the same for all rows. */
export function FieldRow({
  plan,
  target,
  columns,
  field,
  rule,
  problem,
  onChange,
}: FieldRowProps): ReactElement {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const id = useId();
  const change = (next: ImportField | null): void => onChange(setField(plan, target.alias, field.name, next));
  const constant = rule.value !== undefined;
  const column = columns.find(({ name }) => name === rule.column);
  return (
    <MappingRow
      label={label(field)}
      labelId={id}
      required={field.required}
      problem={problem}
      onRemove={() => change(null)}
      removeLabel={t('imports.leaveOut', { objects: label(field) })}
    >
      {!isMade(rule) && (
        <NativeSelect
          aria-labelledby={id}
          className={styles.mapSelect}
          value={constant ? CONSTANT : (rule.column ?? '')}
          onChange={({ currentTarget: { value } }) =>
            change(value === CONSTANT ? { value: '' } : { ...rule, value: undefined, column: value })
          }
        >
          {!constant && !rule.column && <option value="">{t('imports.chooseColumn')}</option>}
          {columns.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          <option value={CONSTANT}>{t('imports.sameForAll')}</option>
        </NativeSelect>
      )}
      {constant && <Constant field={field} rule={rule} onChange={change} />}
      <Made rule={rule} />
      {!constant && !isMade(rule) && <Samples column={column} />}
      {field.type === 'choice' && column && !rule.rules?.length && (
        <ValuesEditor field={field} rule={rule} samples={column.samples} onChange={change} />
      )}
    </MappingRow>
  );
}

function Constant({
  field,
  rule,
  onChange,
}: {
  field: FieldSpec;
  rule: ImportField;
  onChange: (rule: ImportField) => void;
}): ReactElement {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const name = t('imports.valueOf', { field: label(field) });
  const shown = Array.isArray(rule.value) ? rule.value.join('; ') : String(rule.value ?? '');
  if (field.options?.length) {
    return (
      <NativeSelect
        aria-label={name}
        value={shown}
        data={['', ...field.options.map(({ value }) => value)]}
        onChange={({ currentTarget: { value } }) => onChange({ value })}
      />
    );
  }
  return (
    <TextInput
      aria-label={name}
      dir="auto"
      value={shown}
      onChange={({ currentTarget: { value } }) => onChange({ value })}
    />
  );
}
