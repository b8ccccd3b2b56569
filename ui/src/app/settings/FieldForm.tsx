import { Alert, Button, Checkbox, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  catalogue,
  keys,
  type FieldSpec,
  type FieldTypeName,
  type Labels,
  type ObjectSpec,
  type Option,
} from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { toast } from '@/ui';
import { LabelsInput } from './LabelsInput';
import { nameOf, written } from './names';
import { OptionsInput } from './OptionsInput';

const TYPES: FieldTypeName[] = [
  'text',
  'long_text',
  'choice',
  'multi_choice',
  'integer',
  'decimal',
  'percent',
  'money',
  'boolean',
  'date',
  'datetime',
  'email',
  'phone',
  'url',
  'address',
  'relation',
  'user',
];
const WITH_OPTIONS = new Set<FieldTypeName>(['choice', 'multi_choice']);

interface FieldDraft {
  label: Labels;
  name: string;
  type: FieldTypeName;
  required: boolean;
  options: Option[];
  target: string | null;
}

function draftOf(field: FieldSpec | null): FieldDraft {
  return {
    label: field?.label ?? {},
    name: field?.name ?? '',
    type: field?.type ?? 'text',
    required: field?.required ?? false,
    options: field?.options ?? [],
    target: field?.target ?? null,
  };
}

function isComplete({ label, type, options, target }: FieldDraft): boolean {
  if (!label.en?.trim()) return false;
  return type === 'choice' ? options.length > 0 : type !== 'relation' || target !== null;
}

interface FieldFormProps {
  object: ObjectSpec;
  /** The field to change; null for a new one. */
  field: FieldSpec | null;
  onDone: () => void;
}

function useSave(
  object: ObjectSpec,
  field: FieldSpec | null,
  onDone: () => void,
): { save: (draft: FieldDraft) => void; error: Error | null; pending: boolean } {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: ({ label, name, type, required, options, target }: FieldDraft) => {
      const given = { label: written(label), ...(WITH_OPTIONS.has(type) ? { options } : {}) };
      if (field)
        return catalogue.changeField(
          object.name,
          field.name,
          field.derived ? { label: given.label } : { ...given, required },
        );
      const points = type === 'relation' && target ? { target } : {};
      return catalogue.addField(object.name, {
        ...given,
        ...points,
        name: name || nameOf(label.en ?? ''),
        type,
        required,
      });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.catalogue });
      await client.invalidateQueries({ queryKey: keys.lists(object.name) });
      toast({ message: field ? t('write.saved') : t('fields.added') });
      onDone();
    },
  });
  return { save: mutate, error, pending: isPending };
}

export function FieldForm({ object, field, onDone }: FieldFormProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const { objects } = useCatalogue();
  const [draft, setDraft] = useState(() => draftOf(field));
  const { save, error, pending } = useSave(object, field, onDone);
  const set = (change: Partial<FieldDraft>): void => setDraft((now) => ({ ...now, ...change }));
  const problems = error instanceof ApiError ? error.byField : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save(draft);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {error && (
          <Alert color="red" role="alert">
            {Object.values(problems)[0] ?? error.message}
          </Alert>
        )}
        <LabelsInput
          label={t('fields.label')}
          value={draft.label}
          onChange={(label) => set({ label })}
          error={problems.label}
          autoFocus
        />
        {!field && (
          <>
            <Select
              label={t('fields.type')}
              data={TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
              value={draft.type}
              onChange={(type) => type && set({ type: type as FieldTypeName })}
              searchable
              allowDeselect={false}
            />
            <TextInput
              label={t('objects.apiName')}
              description={t('objects.apiNameHelp')}
              dir="ltr"
              value={draft.name || nameOf(draft.label.en ?? '')}
              error={problems.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
          </>
        )}
        {!field && draft.type === 'relation' && (
          <Select
            label={t('fields.target')}
            data={objects.map((other) => ({ value: other.name, label: read(other.label) }))}
            value={draft.target}
            error={problems.target}
            onChange={(target) => set({ target })}
            searchable
          />
        )}
        {WITH_OPTIONS.has(draft.type) && !field?.derived && (
          <OptionsInput
            value={draft.options}
            error={problems.options}
            onChange={(options) => set({ options })}
          />
        )}
        {!field?.derived && (
          <Checkbox
            label={t('fields.required')}
            checked={draft.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
        )}
        <Button type="submit" loading={pending} disabled={!isComplete(draft)}>
          {field ? t('fields.save') : t('fields.add')}
        </Button>
      </Stack>
    </form>
  );
}
