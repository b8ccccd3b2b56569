import { Button, Group, Modal } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { useCatalogue } from '@/catalogue';
import type { Conflict } from '../useWrites';
import { ConflictField, type Side } from './ConflictField';

interface ConflictDialogProps {
  object: ObjectSpec;
  conflict: Conflict | null;
  onKeep: () => void;
  onOverwrite: (conflict: Conflict) => void;
}

interface ChoicesProps extends Omit<ConflictDialogProps, 'conflict'> {
  conflict: Conflict;
}

/** What nobody else touched is ours to save; where both changed a field, what is saved stands until chosen otherwise. */
function firstSides({ wanted, current, base }: Conflict): Record<string, Side> {
  const untouched = (name: string): boolean =>
    base !== undefined && name in base && JSON.stringify(base[name]) === JSON.stringify(current[name]);
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, untouched(name) ? 'mine' : 'theirs']));
}

function Choices({ object, conflict, onKeep, onOverwrite }: ChoicesProps): ReactElement {
  const { t } = useTranslation();
  const fields = useCatalogue().fieldsOf(object);
  const [sides, setSides] = useState(() => firstSides(conflict));
  const save = (): void => {
    const mine = Object.entries(conflict.wanted).filter(([name]) => sides[name] === 'mine');
    if (mine.length === 0) onKeep();
    else onOverwrite({ ...conflict, wanted: Object.fromEntries(mine) });
  };
  return (
    <>
      <p style={{ marginTop: 0 }}>{t('conflict.help')}</p>
      {Object.entries(conflict.wanted).map(([name, mine]) => {
        const field = fields.get(name);
        if (!field) return null;
        return (
          <ConflictField
            key={name}
            field={field}
            base={conflict.base?.[name]}
            theirs={conflict.current[name]}
            mine={mine}
            side={sides[name] ?? 'theirs'}
            onChoose={(side) => setSides((now) => ({ ...now, [name]: side }))}
          />
        );
      })}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onKeep}>
          {t('conflict.keep')}
        </Button>
        <Button onClick={save}>{t('conflict.save')}</Button>
      </Group>
    </>
  );
}

/** Someone else was faster: field by field what was there, what is there now and what was wanted, and a choice. */
export function ConflictDialog({ object, conflict, onKeep, onOverwrite }: ConflictDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Modal opened={conflict !== null} onClose={onKeep} title={t('conflict.title')} size="lg">
      {conflict && (
        <Choices
          key={conflict.current.version}
          object={object}
          conflict={conflict}
          onKeep={onKeep}
          onOverwrite={onOverwrite}
        />
      )}
    </Modal>
  );
}
