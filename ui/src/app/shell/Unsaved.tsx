import { Button, Modal } from '@mantine/core';
import { useDisclosure, useWindowEvent } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type ObjectSpec, type Value } from '@/api';
import { inSentence, useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { FieldValue } from '@/fields';
import { useDrafts, type Waiting } from '@/records';
import styles from './shell.module.css';

const OPEN = 'vav:unsaved';

export function openUnsaved(): void {
  window.dispatchEvent(new Event(OPEN));
}

/** A screen of its own on which something is typed. */
interface OnScreen {
  screen: { href: string; title: string };
  note: string;
}

/** What was typed: a value, the words of an activity, or all values of a new record. */
function Typed({ object, one }: { object: ObjectSpec; one: Waiting }): ReactElement {
  const field = useCatalogue().fieldsOf(object).get(one.name);
  const draft = one.draft as Record<string, Value>;
  if (field) return <FieldValue field={field} value={draft.draft} wrap />;
  const values = one.id === null ? Object.values(draft) : [draft.subject, draft.body];
  return <bdi>{values.filter((value) => typeof value === 'string' && value).join(' · ')}</bdi>;
}

/** The record it belongs to; one that is gone for good has no address. */
function Place({ object, id, onGo }: { object: ObjectSpec; id: number; onGo: () => void }): ReactElement {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: keys.record(object.name, id),
    queryFn: () => records.read(object.plural, id),
  });
  if (error && !data) return <>{t('unsaved.gone', { number: id })}</>;
  return (
    <>
      <Link to="/$plural/$id" params={{ plural: object.plural, id } as never} onClick={onGo}>
        <bdi>{data?.title || `#${id}`}</bdi>
      </Link>
      {data?.deleted_at && ` (${t('trash.in')})`}
    </>
  );
}

interface RowProps {
  one: Waiting;
  onGo: () => void;
}

/** In or beside a record, or a new one. */
function OfRecord({ object, one, onGo }: RowProps & { object: ObjectSpec }): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const name = useFieldLabel();
  const field = useCatalogue().fieldsOf(object).get(one.name);
  if (one.id === null)
    return (
      <div>
        <Link to="/$plural" params={{ plural: object.plural }} onClick={onGo}>
          {t('palette.create', { object: inSentence(read(object.label)) })}
        </Link>
        <div className="v-soft">
          <Typed object={object} one={one} />
        </div>
      </div>
    );
  return (
    <div>
      <Place object={object} id={one.id} onGo={onGo} /> · {field ? name(field) : t('activity.add')}
      <div className="v-soft">
        <Typed object={object} one={one} />
      </div>
    </div>
  );
}

function Row({ one, onGo, onForget }: RowProps & { onForget: () => void }): ReactElement {
  const { t } = useTranslation();
  const id = useId();
  const object = useCatalogue().object(one.object);
  const { screen, note } = one.draft as OnScreen;
  return (
    <li className={styles.unsaved}>
      <div id={id}>
        {screen && (
          <Link to={screen.href as never} onClick={onGo}>
            <bdi>{screen.title}</bdi>
          </Link>
        )}
        {screen && (
          <div className="v-soft">
            <bdi>{note}</bdi>
          </div>
        )}
        {!screen && object && <OfRecord object={object} one={one} onGo={onGo} />}
      </div>
      <Button variant="subtle" color="red" size="compact-sm" aria-describedby={id} onClick={onForget}>
        {t('edit.giveUp')}
      </Button>
    </li>
  );
}

/** Where something typed waits to be saved: a way there, and one to let it go. */
export function Unsaved(): ReactElement {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const { waiting, forget } = useDrafts();
  useWindowEvent(OPEN as keyof WindowEventMap, open);
  return (
    <Modal opened={opened} onClose={close} title={t('unsaved.title')}>
      <p style={{ marginTop: 0 }}>{t(waiting.length > 0 ? 'unsaved.help' : 'unsaved.none')}</p>
      <ul className={styles.unsavedList}>
        {waiting.map((one) => (
          <Row key={one.place} one={one} onGo={close} onForget={() => forget(one.place)} />
        ))}
      </ul>
    </Modal>
  );
}
