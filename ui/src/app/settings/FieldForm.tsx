import { Alert, Button, Checkbox, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, catalogue, keys, type FieldSpec, type FieldTypeName, type ObjectSpec } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { everyOption } from '@/fields';
import { toast } from '@/ui';
import {
  changeOf,
  draftOf,
  isComplete,
  LEARNED_FROM,
  newFieldOf,
  takenNow,
  WITH_OPTIONS,
  type FieldDraft,
} from './draft';
import { FormulaInput } from './FormulaInput';
import { LabelsInput } from './LabelsInput';
import { nameOf } from './names';
import { OptionsInput } from './OptionsInput';
import { RollupInput } from './RollupInput';
import { RulesInput } from './RulesInput';

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
const KINDS = ['entered', 'formula', 'rollup'] as const;

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
    mutationFn: (draft: FieldDraft) =>
      field
        ? catalogue.changeField(object.name, field.name, changeOf(draft, field))
        : catalogue.addField(object.name, newFieldOf(draft)),
    onSuccess: async ({ held = {} }) => {
      await client.invalidateQueries({ queryKey: keys.catalogue });
      await client.invalidateQueries({ queryKey: keys.lists(object.name) });
      const count = takenNow(field, held);
      const saved = count ? t('fields.stillHeld', { count }) : t('write.saved');
      toast({ message: field ? saved : t('fields.added') });
      onDone();
    },
  });
  return { save: mutate, error, pending: isPending };
}

interface EnteredInputProps {
  draft: FieldDraft;
  field: FieldSpec | null;
  problems: Record<string, string>;
  onChange: (change: Partial<FieldDraft>) => void;
}

/** What a field that people fill in takes: its type, where it points, its options and rules. */
function EnteredInput({ draft, field, problems, onChange }: EnteredInputProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const { objects } = useCatalogue();
  const isNew = !field;
  return (
    <>
      {isNew && (
        <Select
          label={t('fields.type')}
          data={TYPES.map((type) => ({ value: type, label: t(`type.${type}`) }))}
          value={draft.type}
          onChange={(type) => type && onChange({ type: type as FieldTypeName })}
          searchable
          allowDeselect={false}
        />
      )}
      {isNew && draft.type === 'relation' && (
        <Select
          label={t('fields.target')}
          data={objects.map((other) => ({ value: other.name, label: read(other.label) }))}
          value={draft.target}
          error={problems.target}
          onChange={(target) => onChange({ target })}
          searchable
        />
      )}
      {WITH_OPTIONS.has(draft.type) && (
        <OptionsInput
          value={draft.options}
          ever={field ? everyOption(field) : []}
          error={problems.options}
          onChange={(options) => onChange({ options })}
        />
      )}
      <RulesInput draft={draft} problems={problems} onChange={onChange} />
    </>
  );
}

export function FieldForm({ object, field, onDone }: FieldFormProps): ReactElement {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(field));
  const { save, error, pending } = useSave(object, field, onDone);
  const set = useCallback(
    (change: Partial<FieldDraft>): void => setDraft((now) => ({ ...now, ...change })),
    [],
  );
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
            <SegmentedControl
              aria-label={t('fields.kind')}
              data={KINDS.map((kind) => ({ value: kind, label: t(`fields.kind.${kind}`) }))}
              value={draft.kind}
              onChange={(kind) => set({ kind: kind as FieldDraft['kind'] })}
            />
          </>
        )}
        {draft.kind === 'formula' && (
          <FormulaInput
            object={object}
            name={field?.name ?? null}
            value={draft.formula}
            type={draft.type}
            error={problems.formula ?? problems.type}
            onChange={set}
          />
        )}
        {draft.kind === 'rollup' && (
          <RollupInput
            object={object}
            value={draft.rollup}
            type={draft.type}
            errors={problems}
            onChange={set}
          />
        )}
        {!field && (
          <TextInput
            label={t('objects.apiName')}
            description={t('objects.apiNameHelp')}
            dir="ltr"
            value={draft.name || nameOf(draft.label.en ?? '')}
            error={problems.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        )}
        {draft.kind === 'entered' && (
          <EnteredInput draft={draft} field={field} problems={problems} onChange={set} />
        )}
        {LEARNED_FROM.has(object.name) && (
          <Checkbox
            label={t('fields.knownAfter')}
            description={t('fields.knownAfterHelp')}
            checked={draft.knownAfter}
            onChange={(event) => set({ knownAfter: event.currentTarget.checked })}
          />
        )}
        <Button type="submit" loading={pending} disabled={!isComplete(draft)}>
          {field ? t('fields.save') : t('fields.add')}
        </Button>
      </Stack>
    </form>
  );
}
