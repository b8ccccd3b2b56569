import { Button, Group, Input, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import type { FormEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { toast } from '@/ui';
import { useDraft } from '../drafts';
import { useCreate } from '../useWrites';

interface AddActivityProps {
  object: ObjectSpec;
  id: number;
}

interface ComposerProps extends AddActivityProps {
  activity: ObjectSpec;
  link: string;
}

interface Written {
  kind: string;
  subject: string;
  body: string;
}

const EMPTY: Written = { kind: 'note', subject: '', body: '' };

function Composer({ object, activity, link, id }: ComposerProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const kinds = activity.fields.find(({ name }) => name === 'kind')?.options ?? [];
  const [draft = EMPTY, keep] = useDraft<Written>(`${object.name}/${id}/+activity`);
  const { kind, subject, body } = draft;
  const write = (part: Partial<Written>): void => keep({ ...draft, ...part });
  const { create, problems, error, pending, reset } = useCreate(activity, () => {
    keep(undefined);
    toast({ message: t('activity.added') });
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const at = new Date().toISOString();
    create({ kind, subject: subject.trim(), body: body.trim() || null, at, [link]: { id, title: '' } });
  };
  const begun = subject !== '' || body !== '';
  return (
    <form onSubmit={submit} aria-label={t('activity.add')}>
      <Stack gap="xs" mb="md">
        <SegmentedControl
          aria-label={t('activity.kind')}
          value={kind}
          onChange={(next) => write({ kind: next })}
          data={kinds.map((option) => ({ value: option.value, label: read(option.label) }))}
        />
        <TextInput
          aria-label={t('activity.subject')}
          placeholder={t('activity.subject')}
          dir="auto"
          value={subject}
          error={problems.subject}
          readOnly={pending}
          onChange={(event) => write({ subject: event.currentTarget.value })}
        />
        {begun && (
          <Textarea
            aria-label={t('activity.body')}
            placeholder={t('activity.body')}
            dir="auto"
            autosize
            minRows={2}
            value={body}
            error={problems.body}
            readOnly={pending}
            onChange={(event) => write({ body: event.currentTarget.value })}
          />
        )}
        {error && !problems.subject && !problems.body && (
          <Input.Error role="alert">{error.message}</Input.Error>
        )}
        {begun && (
          <Group justify="flex-end">
            <Button
              variant="subtle"
              color="gray"
              disabled={pending}
              onClick={() => {
                reset();
                keep(undefined);
              }}
            >
              {t('edit.giveUp')}
            </Button>
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
