import { Group, Input, Select, Stack } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogue, type FieldSpec, type FieldTypeName, type ObjectSpec, type Rollup } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { added, AddFilter, FilterChip, parts, removed, replaced } from '@/records';

const FUNCTIONS: Rollup['function'][] = ['count', 'sum', 'avg', 'min', 'max', 'last'];
const NUMBERS = new Set<FieldTypeName>(['integer', 'decimal', 'percent', 'money']);
const DAYS = new Set<FieldTypeName>(['date', 'datetime']);
const CREATED = 'created_at';

interface RollupInputProps {
  object: ObjectSpec;
  value: Rollup | null;
  type: FieldTypeName;
  onChange: (change: { rollup?: Rollup; type?: FieldTypeName }) => void;
  errors: Record<string, string>;
}

/** The fields that a function goes over. */
function fieldsFor(child: ObjectSpec, name: Rollup['function']): FieldSpec[] {
  const own = child.fields.filter(({ kind }) => kind === 'entered' || kind === 'formula');
  if (name === 'sum' || name === 'avg') return own.filter(({ type }) => NUMBERS.has(type));
  if (name === 'last')
    return own.filter(({ type }) => !['address', 'multi_choice', 'relation', 'user'].includes(type));
  return own.filter(({ type }) => NUMBERS.has(type) || DAYS.has(type));
}

function Which({
  child,
  value,
  onChange,
}: {
  child: ObjectSpec;
  value: Rollup;
  onChange: (next: Rollup) => void;
}): ReactElement {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const { filter } = value;
  return (
    <Input.Wrapper label={t('fields.rollupWhich')} labelElement="div">
      <Group gap="xs">
        {parts(filter).map((part, at) => (
          <FilterChip
            key={`${at}:${JSON.stringify(part)}`}
            object={child}
            part={part}
            onChange={(next) => onChange({ ...value, filter: replaced(filter, at, next) })}
            onRemove={() => onChange({ ...value, filter: removed(filter, at) })}
          />
        ))}
        <AddFilter
          object={child}
          opened={adding}
          onOpen={setAdding}
          onAdd={(part) => onChange({ ...value, filter: added(filter, part) })}
        />
      </Group>
    </Input.Wrapper>
  );
}

/** What related records come to: over which, how, of what, and which of them. */
export function RollupInput({ object, value, type, onChange, errors }: RollupInputProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const name = useFieldLabel();
  const view = useCatalogue();
  const child = value ? view.object(value.object) : undefined;
  const complete = value !== null && (value.function === 'count' || value.of !== undefined);
  const { data, error } = useQuery({
    queryKey: ['rollup', object.name, value],
    queryFn: ({ signal }) => catalogue.checkRollup(object.name, value as Rollup, signal),
    enabled: complete,
    placeholderData: keepPreviousData,
    retry: false,
  });
  useEffect(() => {
    if (complete && data && data.type !== type) onChange({ type: data.type });
  }, [complete, data, type, onChange]);
  const put = (change: Partial<Rollup>): void => {
    if (value) onChange({ rollup: { ...value, ...change } });
  };
  const over = object.relations.map((relation) => {
    const other = view.object(relation.object);
    const link = other && view.field(other, relation.field);
    const label = `${read(other?.label_plural)} (${link ? name(link) : relation.field})`;
    return { value: `${relation.object}.${relation.field}`, label };
  });
  return (
    <Stack gap="xs">
      <Select
        label={t('fields.rollupOver')}
        data={over}
        value={value ? `${value.object}.${value.field}` : null}
        error={errors['rollup.object'] ?? errors['rollup.field']}
        onChange={(next) => {
          const [other = '', field = ''] = (next ?? '').split('.');
          if (field) onChange({ rollup: { object: other, field, function: 'count' }, type: 'integer' });
        }}
        searchable
      />
      {value && child && (
        <>
          <Group grow>
            <Select
              aria-label={t('fields.kind.rollup')}
              data={FUNCTIONS.map((item) => ({ value: item, label: t(`rollup.${item}`) }))}
              value={value.function}
              onChange={(next) =>
                next && put({ function: next as Rollup['function'], of: undefined, by: undefined })
              }
              allowDeselect={false}
            />
            {value.function !== 'count' && (
              <Select
                aria-label={t('fields.rollupOf')}
                placeholder={t('fields.rollupOf')}
                data={fieldsFor(child, value.function).map((field) => ({
                  value: field.name,
                  label: name(field),
                }))}
                value={value.of ?? null}
                error={errors['rollup.of']}
                onChange={(of) => put({ of: of ?? undefined })}
                searchable
              />
            )}
          </Group>
          {value.function === 'last' && (
            <Select
              label={t('fields.rollupBy')}
              data={[
                { value: CREATED, label: t('rollup.created') },
                ...child.fields
                  .filter((field) => field.kind === 'entered' && DAYS.has(field.type))
                  .map((field) => ({ value: field.name, label: name(field) })),
              ]}
              value={value.by ?? CREATED}
              onChange={(by) => put({ by: by ?? undefined })}
            />
          )}
          <Which child={child} value={value} onChange={(rollup) => onChange({ rollup })} />
          <span className="v-soft v-small">{t('fields.rollupAll')}</span>
          <span className={error ? undefined : 'v-faint'} role="status">
            {error ? error.message : complete && data && t('fields.gives', { type: t(`type.${data.type}`) })}
          </span>
        </>
      )}
    </Stack>
  );
}
