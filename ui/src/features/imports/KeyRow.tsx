import { Checkbox, MultiSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportTarget, ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import styles from './imports.module.css';
import { setKey } from './plan';
import type { TargetProps } from './TargetCard';

/** The field by which records that are here may be found beside their number: what the plan says, else the name. */
function adoptable({ key, fields }: ImportTarget, object: ObjectSpec): string | undefined {
  if (key?.field || key?.own) return undefined;
  const [name, ...others] = object.title;
  return key?.adopt ?? (name && others.length === 0 && fields?.[name] ? name : undefined);
}

/** What tells one record of the file from another, and from those that are here; with what the check found of it. */
export function KeyRow({
  plan,
  target,
  object,
  columns,
  problems,
  alike,
  onChange,
}: TargetProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useFieldLabel();
  const fields = useCatalogue().fieldsOf(object);
  const key = target.key ?? { columns: [] };
  const change = (part: Partial<typeof key>): void =>
    onChange(setKey(plan, target.alias, { ...key, ...part }));
  const adopt = adoptable(target, object);
  const field = adopt === undefined ? undefined : fields.get(adopt);
  return (
    <div className={styles.key}>
      <MultiSelect
        size="xs"
        label={t('imports.key')}
        description={t('imports.keyHelp')}
        error={problems[`targets.${target.alias}.key`]}
        data={columns.map(({ name }) => name)}
        value={key.columns}
        onChange={(next) => change({ columns: next })}
      />
      <Checkbox
        label={t('imports.ordinal')}
        checked={Boolean(key.ordinal)}
        onChange={({ currentTarget: { checked } }) => change({ ordinal: checked || undefined })}
      />
      {field && (key.adopt ?? alike?.there) ? (
        <Checkbox
          label={t('imports.adopt', { field: label(field) })}
          checked={Boolean(key.adopt)}
          onChange={({ currentTarget: { checked } }) => change({ adopt: checked ? adopt : undefined })}
        />
      ) : null}
      {alike && (
        <p role="note" style={{ margin: 0 }}>
          {t('imports.alike', { rows: format.number(alike.rows), there: format.number(alike.there) })}
        </p>
      )}
    </div>
  );
}
