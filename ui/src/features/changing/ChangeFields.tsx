import { Checkbox, Select, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ObjectSpec, Value } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { kitOf } from '@/fields';
import { fieldsFor, firstDraft, type Draft, type Mode } from './draft';

interface ChangeFieldsProps {
  object: ObjectSpec;
  mode: Mode;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

interface PartProps {
  field: FieldSpec;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

function NewValue({ field, draft, onChange }: PartProps): ReactElement {
  const { t } = useTranslation();
  const { Input } = kitOf(field.type);
  return (
    <>
      {!draft.empty && (
        <Input
          key={field.id}
          field={field}
          label={t('changing.newValue')}
          value={draft.value as never}
          onChange={(value: Value) => onChange({ ...draft, value })}
          autoFocus
        />
      )}
      {!field.required && (
        <Checkbox
          label={t(field.name === 'owner' ? 'changing.nobody' : 'changing.empty')}
          checked={draft.empty}
          onChange={(event) => onChange({ ...draft, empty: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

function Words({ field, draft, onChange }: PartProps): ReactElement {
  const { t } = useTranslation();
  const { Input } = kitOf('multi_choice');
  const part = (name: 'add' | 'remove'): ReactElement => (
    <Input
      key={`${field.id} ${name}`}
      field={field}
      label={t(`changing.words.${name}`)}
      value={draft[name]}
      onChange={(value) => onChange({ ...draft, [name]: value ?? [] })}
      autoFocus={name === 'add'}
    />
  );
  return (
    <>
      {part('add')}
      {part('remove')}
    </>
  );
}

/** Which field, and what is to stand there. */
export function ChangeFields({ object, mode, draft, onChange }: ChangeFieldsProps): ReactElement | null {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const fields = fieldsFor(object, mode);
  const field = fields.find((one) => one.name === draft.field);
  if (mode === 'trash' || mode === 'restore') return null;
  const Part = mode === 'tag' ? Words : NewValue;
  return (
    <Stack gap="sm">
      {(mode === 'edit' || fields.length > 1) && (
        <Select
          label={t('changing.field')}
          searchable
          data-autofocus
          data={fields.map((one) => ({ value: one.name, label: name(one) }))}
          value={draft.field}
          onChange={(next) => onChange({ ...firstDraft(object, mode), field: next })}
        />
      )}
      {field && <Part field={field} draft={draft} onChange={onChange} />}
    </Stack>
  );
}
