import { ActionIcon, Button, Group, Modal, TextInput, Textarea } from '@mantine/core';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keyCustomers, type WholeRound } from '@/api';
import { Failure, Question, toast, useFormat } from '@/ui';
import { AddCustomers } from './AddCustomers';
import { moved, withMore, type Pick } from './draft';
import styles from './keycustomers.module.css';

const NONE: Pick[] = [];

interface ListProps {
  picks: Pick[];
  onPicks: (picks: Pick[]) => void;
}

function Picked({ picks, onPicks }: ListProps): ReactElement {
  const { t } = useTranslation();
  const note = (at: number, text: string): void =>
    onPicks(picks.map((pick, place) => (place === at ? { ...pick, note: text } : pick)));
  return (
    <ol className={styles.picks}>
      {picks.map((pick, at) => (
        <li key={pick.id}>
          <bdi className={styles.picked}>{pick.title}</bdi>
          <TextInput
            aria-label={t('keys.noteOf', { name: pick.title })}
            placeholder={t('keys.why')}
            value={pick.note}
            dir="auto"
            maxLength={2000}
            onChange={(event) => note(at, event.currentTarget.value)}
          />
          <Group gap={0} wrap="nowrap">
            <ActionIcon
              aria-label={t('keys.up', { name: pick.title })}
              disabled={at === 0}
              onClick={() => onPicks(moved(picks, at, -1))}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              aria-label={t('keys.down', { name: pick.title })}
              disabled={at === picks.length - 1}
              onClick={() => onPicks(moved(picks, at, 1))}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
            <ActionIcon
              aria-label={t('keys.drop', { name: pick.title })}
              onClick={() => onPicks(picks.filter(({ id }) => id !== pick.id))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        </li>
      ))}
    </ol>
  );
}

interface SealProps {
  round: WholeRound;
  picks: Pick[];
  onSealed: () => void;
}

/** One more look before it is for good. */
function Seal({ round, picks, onSealed }: SealProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const [note, setNote, forgetNote] = useLocalStorage({
    key: `vav.gut.${round.id}.note`,
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  const seal = useMutation({
    mutationFn: () =>
      keyCustomers.seal(
        round.id,
        picks.map(({ id, note: words }) => ({ id, note: words.trim() })),
        note.trim(),
      ),
    onSuccess: async () => {
      onSealed();
      forgetNote();
      toast({ message: t('keys.sealed') });
      // What was out of sight is there again, everywhere on the page.
      await client.invalidateQueries();
    },
  });
  return (
    <>
      <Button disabled={picks.length === 0} onClick={open}>
        {t('keys.seal', { number: format.number(picks.length) })}
      </Button>
      <Modal opened={opened} onClose={close} title={t('keys.sealTitle')}>
        <p>{t('keys.sealHelp', { number: format.number(picks.length) })}</p>
        <Textarea
          label={t('keys.note')}
          value={note}
          dir="auto"
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {seal.error && <Failure error={seal.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            {t('keys.notYet')}
          </Button>
          <Button loading={seal.isPending} onClick={() => seal.mutate()}>
            {t('keys.sealIt')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** Who sees the ranking without a list cannot seal one any more. */
function Waive({ round }: { round: WholeRound }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const waive = useMutation({
    mutationFn: () => keyCustomers.waive(round.id),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <>
      <Button variant="subtle" onClick={open}>
        {t('keys.waive')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('keys.waive')}>
        <p>{t('keys.waiveHelp')}</p>
        {waive.error && <Failure error={waive.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('keys.notYet')}
          </Button>
          <Button color="red" loading={waive.isPending} onClick={() => waive.mutate()}>
            {t('keys.waiveIt')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** One's own list, kept on this device until it is sealed. */
export function ListMaker({ round }: { round: WholeRound }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const [picks, setPicks, forget] = useLocalStorage<Pick[]>({
    key: `vav.gut.${round.id}`,
    defaultValue: NONE,
    getInitialValueInEffect: false,
  });
  return (
    <Question
      title={t('keys.who')}
      answer={t('keys.whoHelp')}
      caption={t('keys.until', { when: format.dateTime(round.seal_by) })}
    >
      <AddCustomers object={round.object} onAdd={(found) => setPicks((now) => withMore(now, found))} />
      {picks.length > 0 && <Picked picks={picks} onPicks={setPicks} />}
      <Group mt="md">
        <Seal round={round} picks={picks} onSealed={forget} />
        <Waive round={round} />
      </Group>
    </Question>
  );
}
