import {
  Button,
  Group,
  Input,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useRef, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, type Draft, type FieldSpec, type ObjectSpec, type Value } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { kitOf } from '@/fields';
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
  /** Of a task; undefined as long as nobody chose otherwise. */
  due_at?: Value;
  owner?: Value;
}

const EMPTY: Written = { kind: 'note', subject: '', body: '' };
const MORNING = 9;

/** Tomorrow when work begins, on the clock of this device. */
function tomorrow(now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING).toISOString();
}

/** Until when and by whom: what a task has beyond a note, as far as this user may set it. */
function useTask(activity: ObjectSpec, draft: Written): { fields: FieldSpec[]; values: Draft } {
  const { user } = useMe();
  const usual: Record<string, Value> = { due_at: tomorrow(), owner: { id: user.id, title: user.name } };
  const fields = activity.fields.filter(
    ({ name, writable }) => draft.kind === 'task' && writable && name in usual,
  );
  const value = (name: string): Value => {
    const written = draft[name as 'due_at' | 'owner'];
    return written === undefined ? usual[name] : written;
  };
  return { fields, values: Object.fromEntries(fields.map(({ name }) => [name, value(name)])) };
}

/** What is written about a record: kept once there is a word of it, until it is saved or given up. */
function useWritten(place: string): [Written, (part: Partial<Written>) => void, () => void] {
  const [kept, keep] = useDraft<Written>(place);
  const [bare, setBare] = useState(EMPTY);
  const draft = kept ?? bare;
  const write = (part: Partial<Written>): void => {
    const next = { ...draft, ...part };
    setBare(next);
    keep(next.subject || next.body ? next : undefined);
  };
  const forget = (): void => {
    setBare({ ...EMPTY, kind: draft.kind });
    keep(undefined);
  };
  return [draft, write, forget];
}

function Composer({ object, activity, link, id }: ComposerProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const kinds = activity.fields.find(({ name }) => name === 'kind')?.options ?? [];
  const [draft, write, forget] = useWritten(`${object.name}/${id}/+activity`);
  const { kind, subject, body } = draft;
  const task = useTask(activity, draft);
  const sent = useRef<{ draft: Written; at: string } | null>(null);
  const { create, problems, error, pending, reset } = useCreate(activity, () => {
    forget();
    toast({ message: t('activity.added') });
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (sent.current?.draft !== draft) sent.current = { draft, at: new Date().toISOString() };
    const said = { kind, subject: subject.trim(), body: body.trim() || null, at: sent.current.at };
    create({ ...said, ...task.values, [link]: { id, title: '' } });
  };
  const begun = subject !== '' || body !== '';
  const told = ['subject', 'body', ...task.fields.map(({ name }) => name)];
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
        {task.fields.length > 0 && (
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {task.fields.map((field) => {
              const { Input: FieldInput } = kitOf(field.type);
              return (
                <FieldInput
                  key={field.id}
                  field={field}
                  label={read(field.label)}
                  value={task.values[field.name] as never}
                  error={problems[field.name]}
                  onChange={(next) => write({ [field.name]: next })}
                />
              );
            })}
          </SimpleGrid>
        )}
        {error && !told.some((name) => problems[name]) && (
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
                forget();
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

/** Writes down a call, a meeting, a task (until when, by whom) or a note about this record. */
export function AddActivity({ object, id }: AddActivityProps): ReactElement | null {
  const activity = useCatalogue().object('activity');
  const link = activity?.fields.find(({ type, target }) => type === 'relation' && target === object.name);
  if (!activity?.can.create || !link) return null;
  return <Composer object={object} id={id} activity={activity} link={link.name} />;
}
