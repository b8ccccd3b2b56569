import { Button, Group, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { inSentence, useLabel } from '@/catalogue';
import { FormModal, useFormat, Wait } from '@/ui';
import { ChangeFields } from './ChangeFields';
import { Ahead } from './Ahead';
import { changeOf, firstDraft, type Mode, type Target } from './draft';
import { useAhead } from './useAhead';
import { useChange } from './useChange';

interface ChangeDialogProps {
  object: ObjectSpec;
  mode: Mode;
  target: Target;
  onClose: () => void;
  onDone: () => void;
}

const PAUSE_MS = 300;

/** Says what to change, shows what would come of it, does it, and can be stopped. */
export function ChangeDialog({ object, mode, target, onClose, onDone }: ChangeDialogProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const format = useFormat();
  const [first] = useState(() => firstDraft(object, mode));
  const [draft, setDraft] = useState(first);
  const change = changeOf(object, mode, draft, target);
  const [asked] = useDebouncedValue(change, PAUSE_MS, { leading: true });
  const ahead = useAhead(asked);
  const changing = useChange(onDone);
  const count = ahead.data?.changes ?? 0;
  const ready = change !== null && count > 0 && !ahead.isFetching;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) changing.start(change);
  };
  const { progress } = changing.job ?? {};
  return (
    <FormModal
      opened
      changed={draft !== first && !changing.running}
      onClose={onClose}
      title={t(`changing.title.${mode}`, { objects: inSentence(read(object.label_plural)) })}
      size="lg"
    >
      {changing.running ? (
        <Stack>
          <Wait
            label={t('changing.working')}
            done={progress?.done ?? 0}
            total={progress?.total ?? null}
            unit={t('changing.unit')}
            onCancel={changing.stop}
          />
          <span className="v-soft v-small">{t('changing.goesOn')}</span>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <ChangeFields object={object} mode={mode} draft={draft} onChange={setDraft} />
            <Ahead object={object} mode={mode} ahead={ahead} error={changing.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('form.cancel')}
              </Button>
              <Button
                type="submit"
                color={mode === 'trash' ? 'red' : undefined}
                disabled={!ready}
                loading={changing.starting}
              >
                {t(`changing.start.${mode}`, { count, rows: format.number(count) })}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
}
