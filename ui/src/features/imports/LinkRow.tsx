import { Checkbox, NativeSelect } from '@mantine/core';
import { useId, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ImportLink, ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { MappingRow, Samples } from './FieldRow';
import styles from './imports.module.css';
import { setLink } from './plan';
import type { TargetProps } from './TargetCard';

interface LinkRowProps extends TargetProps {
  field: FieldSpec;
  link: ImportLink;
  problem: string | undefined;
}

const TEXTUAL = new Set<FieldSpec['type']>(['text', 'email', 'phone', 'url']);

function MatchBy({
  other,
  link,
  onChange,
}: {
  other: ObjectSpec;
  link: ImportLink;
  onChange: (link: ImportLink) => void;
}): ReactElement {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const ways = ['auto', 'title', 'external_id', 'id', 'key'].map((value) => ({
    value,
    label: t(`imports.match.${value}`),
  }));
  const fields = other.fields
    .filter(({ type, derived }) => TEXTUAL.has(type) && !derived)
    .map((field) => ({ value: field.name, label: t('imports.match.field', { field: label(field) }) }));
  return (
    <NativeSelect
      aria-label={t('imports.matchBy')}
      value={link.match ?? 'auto'}
      data={[...ways, ...fields]}
      onChange={({ currentTarget: { value } }) =>
        onChange({ ...link, match: value === 'auto' ? undefined : value })
      }
    />
  );
}

/** Which record a relation points at: one that the row becomes as well, or one that a cell names. */
export function LinkRow(props: LinkRowProps): ReactElement {
  const { plan, target, columns, field, link, problem, onChange } = props;
  const { t } = useTranslation();
  const label = useFieldLabel();
  const read = useLabel();
  const catalogue = useCatalogue();
  const id = useId();
  const other = catalogue.object(field.target ?? '');
  const change = (next: ImportLink | null): void => onChange(setLink(plan, target.alias, field.name, next));
  const siblings = plan.targets.filter(
    ({ alias, object }) => alias !== target.alias && object === field.target,
  );
  const creates = link.create_missing ?? target.create_missing ?? false;
  return (
    <MappingRow
      label={label(field)}
      labelId={id}
      required={field.required}
      problem={problem}
      onRemove={() => change(null)}
      removeLabel={t('imports.leaveOut', { objects: label(field) })}
    >
      <NativeSelect
        aria-labelledby={id}
        className={styles.mapSelect}
        value={link.target ? `t${link.target}` : `c${link.column ?? ''}`}
        onChange={({ currentTarget: { value } }) =>
          change(
            value.startsWith('t')
              ? { target: value.slice(1) }
              : { ...link, target: undefined, column: value.slice(1) },
          )
        }
      >
        {siblings.map(({ alias }) => (
          <option key={alias} value={`t${alias}`}>
            {t('imports.sameRow', { object: read(other?.label) || alias })}
          </option>
        ))}
        {columns.map(({ name }) => (
          <option key={name} value={`c${name}`}>
            {name}
          </option>
        ))}
      </NativeSelect>
      {!link.target && other && (
        <>
          <MatchBy other={other} link={link} onChange={change} />
          <Checkbox
            label={t('imports.createMissing')}
            checked={creates}
            onChange={({ currentTarget: { checked } }) => change({ ...link, create_missing: checked })}
          />
          <Samples column={columns.find(({ name }) => name === link.column)} />
        </>
      )}
    </MappingRow>
  );
}
