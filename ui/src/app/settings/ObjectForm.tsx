import { Alert, Button, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, catalogue, keys, type Labels, type NewObject } from '@/api';
import { OBJECT_ICONS, ObjectIcon, toast } from '@/ui';
import { LabelsInput } from './LabelsInput';
import { nameOf, written } from './names';

/** A new record type. The server gives it name, owner and team; further fields follow. */
export function ObjectForm({ onDone }: { onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [label, setLabel] = useState<Labels>({});
  const [plural, setPlural] = useState<Labels>({});
  const [name, setName] = useState('');
  const [icon, setIcon] = useState('star');
  const wanted = name || nameOf(label.en ?? '');
  const { mutate, error, isPending } = useMutation({
    mutationFn: (object: NewObject) => catalogue.addObject(object),
    onSuccess: async (object) => {
      await client.invalidateQueries({ queryKey: keys.catalogue });
      toast({ message: t('objects.added') });
      onDone();
      await navigate({ to: '/settings/objects/$object', params: { object: object.name } });
    },
  });
  const problems = error instanceof ApiError ? error.byField : {};
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mutate({
      name: wanted,
      label: written(label),
      label_plural: written(plural),
      icon,
      fields: [],
    });
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
          label={t('objects.label')}
          value={label}
          onChange={setLabel}
          error={problems.label}
          autoFocus
        />
        <LabelsInput
          label={t('objects.labelPlural')}
          value={plural}
          onChange={setPlural}
          error={problems.label_plural}
        />
        <TextInput
          label={t('objects.apiName')}
          description={t('objects.apiNameHelp')}
          dir="ltr"
          value={wanted}
          error={problems.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t('objects.icon')}
          data={Object.keys(OBJECT_ICONS)}
          value={icon}
          onChange={(next) => setIcon(next ?? 'star')}
          leftSection={<ObjectIcon name={icon} />}
          renderOption={({ option }) => (
            <span>
              <ObjectIcon name={option.value} /> {option.label}
            </span>
          )}
        />
        <Button
          type="submit"
          loading={isPending}
          disabled={!label.en?.trim() || !plural.en?.trim() || !wanted}
        >
          {t('objects.add')}
        </Button>
      </Stack>
    </form>
  );
}
