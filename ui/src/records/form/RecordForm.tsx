import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { Suspense, useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Draft, FieldSpec, ObjectSpec, Value } from '@/api';
import { inSentence, useLabel } from '@/catalogue';
import { kitOf } from '@/fields';
import { useDraft } from '../drafts';
import { useRecordSlots } from '../slots';
import { useCreate } from '../useWrites';
import styles from './form.module.css';

interface RecordFormProps {
  object: ObjectSpec;
  opened: boolean;
  onClose: () => void;
  onCreated: (id: number) => void;
}

const FIRST = 8;
const EMPTY: Draft = {};

/** Required and naming facts come first; the rest waits behind one button. */
function ordered(object: ObjectSpec): FieldSpec[] {
  const rank = ({ name, required }: FieldSpec): number => {
    if (object.title.includes(name)) return 0;
    if (required) return 1;
    return object.list.includes(name) ? 2 : 3;
  };
  return object.fields.filter((field) => !field.derived && field.writable).sort((a, b) => rank(a) - rank(b));
}

function Fields({ object, onClose, onCreated }: Omit<RecordFormProps, 'opened'>): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const [draft = EMPTY, keep] = useDraft<Draft>(`${object.name}/+`);
  const [sent, setSent] = useState<Draft>({});
  const [all, setAll] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { create, problems, error, pending } = useCreate(object, (record) => {
    keep(undefined);
    onCreated(record.id);
  });
  const notices = useRecordSlots().draft ?? [];
  const fields = ordered(object);
  const shown = all ? fields : fields.filter((field, at) => at < FIRST || problems[field.name]);
  const other = error && Object.keys(problems).every((name) => !fields.some((field) => field.name === name));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const unread = form.current?.querySelector<HTMLElement>('[data-unread]');
    if (unread) return unread.focus();
    setSent(draft);
    create(draft);
  };
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [error]);
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="sm">
        {other && (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        )}
        {shown.map((field, at) => {
          const { Input } = kitOf(field.type);
          return (
            <Input
              key={field.id}
              field={field}
              label={read(field.label) || field.name}
              value={(draft[field.name] ?? null) as never}
              onChange={(value: Value) => keep({ ...draft, [field.name]: value })}
              error={draft[field.name] === sent[field.name] ? problems[field.name] : undefined}
              autoFocus={at === 0}
            />
          );
        })}
        {!all && fields.length > shown.length && (
          <Button variant="subtle" color="gray" onClick={() => setAll(true)}>
            {t('form.more', { count: fields.length - shown.length })}
          </Button>
        )}
        <div className={styles.foot}>
          <Suspense fallback={null}>
            {notices.map(({ key, component: Notice }) => (
              <Notice key={key} object={object} draft={draft} />
            ))}
          </Suspense>
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                keep(undefined);
                onClose();
              }}
            >
              {t('form.cancel')}
            </Button>
            <Button type="submit" loading={pending}>
              {t('form.create')}
            </Button>
          </Group>
        </div>
      </Stack>
    </form>
  );
}

/** A new record of any object. Closed otherwise than by its button, it keeps what was typed. */
export function RecordForm({ object, opened, onClose, onCreated }: RecordFormProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('palette.create', { object: inSentence(read(object.label)) })}
      size="md"
    >
      <Fields object={object} onClose={onClose} onCreated={onCreated} />
    </Modal>
  );
}
