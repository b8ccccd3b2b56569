import { Button, Group, Input, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { toast } from '@/ui';
import { useCreate } from '../useWrites';

interface AddActivityProps {
  object: ObjectSpec;
  id: number;
}

interface ComposerProps extends AddActivityProps {
  activity: ObjectSpec;
  link: string;
}

function Composer({ activity, link, id }: ComposerProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const kinds = activity.fields.find(({ name }) => name === 'kind')?.options ?? [];
  const [kind, setKind] = useState('note');
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const { create, problems, error, pending } = useCreate(activity, () => {
    setSubject('');
    setBody('');
    toast({ message: t('activity.added') });
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const at = new Date().toISOString();
    create({ kind, subject: subject.trim(), body: body.trim() || null, at, [link]: { id, title: '' } });
  };
  return (
    <form onSubmit={submit} aria-label={t('activity.add')}>
      <Stack gap="xs" mb="md">
        <SegmentedControl
          aria-label={t('activity.kind')}
          value={kind}
          onChange={setKind}
          data={kinds.map((option) => ({ value: option.value, label: read(option.label) }))}
        />
        <TextInput
          aria-label={t('activity.subject')}
          placeholder={t('activity.subject')}
          dir="auto"
          value={subject}
          error={problems.subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
        />
        {subject && (
          <Textarea
            aria-label={t('activity.body')}
            placeholder={t('activity.body')}
            dir="auto"
            autosize
            minRows={2}
            value={body}
            error={problems.body}
            onChange={(event) => setBody(event.currentTarget.value)}
          />
        )}
        {error && !problems.subject && !problems.body && (
          <Input.Error role="alert">{error.message}</Input.Error>
        )}
        {subject && (
          <Group justify="flex-end">
            <Button type="submit" loading={pending} disabled={!subject.trim()}>
              {t('activity.add')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

/** Writes down a call, a meeting, a task or a note about this record. */
export function AddActivity({ object, id }: AddActivityProps): ReactElement | null {
  const activity = useCatalogue().object('activity');
  const link = activity?.fields.find(({ type, target }) => type === 'relation' && target === object.name);
  if (!activity?.can.create || !link) return null;
  return <Composer object={object} id={id} activity={activity} link={link.name} />;
}
