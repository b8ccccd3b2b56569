import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { imports, useMe, type ImportColumn, type ImportPlan, type ImportRun } from '@/api';
import { catalogueQuery, inSentence, useCatalogue, useLabel } from '@/catalogue';
import { Samples } from './FieldRow';
import styles from './imports.module.css';
import { setField } from './plan';

const OFFERED = [
  'boolean',
  'integer',
  'decimal',
  'money',
  'date',
  'datetime',
  'choice',
  'text',
  'long_text',
] as const;

interface NewFieldsProps {
  run: ImportRun;
  plan: ImportPlan;
  /** The target that the columns are about, unless another is chosen. */
  about: string;
  only: string[];
  onChange: (plan: ImportPlan) => void;
}

interface ColumnProps {
  column: ImportColumn;
  type: string;
  wanted: boolean;
  onType: (type: string) => void;
  onWanted: (wanted: boolean) => void;
}

function Column({ column, type, wanted, onType, onWanted }: ColumnProps): ReactElement {
  const { t } = useTranslation();
  return (
    <div className={styles.newField} role="row">
      <span role="cell" className={styles.mapName}>
        <Checkbox
          label={<bdi>{column.name}</bdi>}
          checked={wanted}
          onChange={({ currentTarget: { checked } }) => onWanted(checked)}
        />
      </span>
      <span role="cell">
        <NativeSelect
          size="xs"
          aria-label={t('imports.typeOf', { column: column.name })}
          disabled={!wanted}
          value={type}
          data={OFFERED.map((value) => ({ value, label: t(`type.${value}`) }))}
          onChange={({ currentTarget: { value } }) => onType(value)}
        />
      </span>
      <span role="cell" className="v-cut">
        <Samples column={column} />
      </span>
    </div>
  );
}

/** Columns that no field reads: a click makes fields for them, each of the type that its cells suggest. */
export function NewFields({ run, plan, about, only, onChange }: NewFieldsProps): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const client = useQueryClient();
  const { user } = useMe();
  const catalogue = useCatalogue();
  const [alias, setAlias] = useState(about);
  const target = plan.targets.find((one) => one.alias === alias) ?? plan.targets[0];
  const object = catalogue.object(target?.object ?? '');
  const [types, setTypes] = useState<Record<string, string>>({});
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const left = new Set(only);
  const columns = run.columns.filter(({ name }) => left.has(name));
  const wanted = columns.filter(({ name }) => !out.has(name));
  const typeOf = ({ name, suggested }: ImportColumn): string => types[name] ?? suggested ?? 'text';
  const make = useMutation({
    mutationFn: async (alias: string) => {
      const asked = wanted.map((column) => ({ column: column.name, type: types[column.name] }));
      const { fields } = await imports.makeFields(run.id, object?.name ?? '', asked);
      await client.fetchQuery({ ...catalogueQuery, staleTime: 0 });
      return fields.reduce((next, { column, name }) => setField(next, alias, name, { column }), plan);
    },
    onSuccess: onChange,
  });
  if (!target || !object || columns.length === 0) return null;
  const names = { objects: inSentence(read(object.label_plural)) };
  if (user.role !== 'owner')
    return (
      <p className="v-soft">
        {t('imports.newFieldsOwner', names)} <bdi>{columns.map(({ name }) => name).join(', ')}</bdi>
      </p>
    );
  return (
    <section className={styles.card}>
      <h3 className={styles.heading}>{t('imports.newFields', { count: columns.length, ...names })}</h3>
      <p className="v-soft" style={{ margin: 0 }}>
        {t('imports.newFieldsHelp')}
      </p>
      {plan.targets.length > 1 && (
        <NativeSelect
          w={{ base: '100%', sm: 240 }}
          label={t('imports.newFieldsOf')}
          value={target.alias}
          data={plan.targets.map((one) => ({
            value: one.alias,
            label: read(catalogue.object(one.object)?.label_plural),
          }))}
          onChange={({ currentTarget: { value } }) => setAlias(value)}
        />
      )}
      <div role="table">
        {columns.map((column) => (
          <Column
            key={column.name}
            column={column}
            type={typeOf(column)}
            wanted={!out.has(column.name)}
            onType={(type) => setTypes({ ...types, [column.name]: type })}
            onWanted={(checked) => {
              const next = new Set(out);
              if (checked) next.delete(column.name);
              else next.add(column.name);
              setOut(next);
            }}
          />
        ))}
      </div>
      {make.error && (
        <p role="alert" className="v-loss" style={{ margin: 0 }}>
          {make.error.message}
        </p>
      )}
      <span>
        <Button
          variant="default"
          disabled={wanted.length === 0}
          loading={make.isPending}
          onClick={() => make.mutate(target.alias)}
        >
          {t('imports.makeFields', { count: wanted.length })}
        </Button>
      </span>
    </section>
  );
}
