import { ActionIcon, NativeSelect, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alike, ImportColumn, ImportPlan, ImportTarget, ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { ObjectIcon } from '@/ui';
import { FieldRow } from './FieldRow';
import styles from './imports.module.css';
import { KeyRow } from './KeyRow';
import { LinkRow } from './LinkRow';
import { addable, addField, changeObject, importable, inOrder, missing, removeTarget } from './plan';

export interface TargetProps {
  plan: ImportPlan;
  target: ImportTarget;
  object: ObjectSpec;
  columns: ImportColumn[];
  problems: Record<string, string>;
  /** What the check of this very plan found of records that are called like others. */
  alike?: Alike;
  onChange: (plan: ImportPlan) => void;
}

function Head({ plan, target, object, columns, onChange }: TargetProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  const several = plan.targets.length > 1;
  return (
    <header className={styles.cardHead}>
      <ObjectIcon name={object.icon} size={20} />
      {several ? (
        <h3>{read(object.label_plural)}</h3>
      ) : (
        <NativeSelect
          aria-label={t('imports.becomes')}
          value={object.name}
          data={importable(catalogue.data).map(({ name, label_plural: label }) => ({
            value: name,
            label: read(label),
          }))}
          onChange={({ currentTarget: { value } }) => {
            const next = catalogue.object(value);
            if (next) onChange(changeObject(plan, target.alias, next, columns));
          }}
        />
      )}
      <span style={{ flex: 1 }} />
      {several && (
        <Tooltip label={t('imports.leaveOut', { objects: read(object.label_plural) })}>
          <ActionIcon
            aria-label={t('imports.leaveOut', { objects: read(object.label_plural) })}
            onClick={() => onChange(removeTarget(plan, target.alias))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </header>
  );
}

/** One kind of record that the rows become. */
export function TargetCard(props: TargetProps): ReactElement {
  const { plan, target, object, columns, problems, onChange } = props;
  const { t } = useTranslation();
  const label = useFieldLabel();
  const fields = useCatalogue().fieldsOf(object);
  const more = addable(target, object);
  const needed = missing(target, object);
  const place = `targets.${target.alias}`;
  return (
    <section className={styles.card}>
      <Head {...props} />
      {problems[place] && (
        <p role="alert" className="v-loss">
          {problems[place]}
        </p>
      )}
      {target.where?.nonzero && (
        <p className="v-soft" style={{ margin: 0 }}>
          {t('imports.whereNonzero', { column: target.where.column })}
        </p>
      )}
      <div className={styles.mapping} role="table">
        {inOrder(target.fields, object).map(([name, rule]) => {
          const field = fields.get(name);
          return (
            field && (
              <FieldRow
                key={name}
                {...props}
                field={field}
                rule={rule}
                problem={problems[`${place}.${name}`]}
              />
            )
          );
        })}
        {inOrder(target.links, object).map(([name, link]) => {
          const field = fields.get(name);
          return (
            field && (
              <LinkRow
                key={name}
                {...props}
                field={field}
                link={link}
                problem={problems[`${place}.${name}`]}
              />
            )
          );
        })}
      </div>
      {needed.length > 0 && (
        <p className="v-loss" style={{ margin: 0 }}>
          {t('imports.needs', { fields: needed.map(label).join(', ') })}
        </p>
      )}
      {more.length > 0 && (
        <NativeSelect
          aria-label={t('imports.addField')}
          w={{ base: '100%', sm: 240 }}
          value=""
          onChange={({ currentTarget: { value } }) => {
            const field = fields.get(value);
            if (field) onChange(addField(plan, target.alias, field, columns));
          }}
        >
          <option value="">{t('imports.addField')}</option>
          {more.map((field) => (
            <option key={field.id} value={field.name}>
              {label(field)}
            </option>
          ))}
        </NativeSelect>
      )}
      <KeyRow {...props} />
    </section>
  );
}
