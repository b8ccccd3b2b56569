import { Button, Group, Select, Stack, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actions, keys, type Decision, type MeasuredAction } from '@/api';
import { useDraft } from '@/records';
import { Failure, Question, toast, useFormat } from '@/ui';

const DECISIONS: Decision[] = ['roll_out', 'adjust', 'repeat', 'stop'];

interface Deciding {
  decision: Decision | null;
  note: string;
}

const NOTHING: Deciding = { decision: null, note: '' };

function Decided({ decided }: { decided: NonNullable<MeasuredAction['decided']> }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <p style={{ marginTop: 0 }}>
        <strong>{t(`actions.decision.${decided.decision}`)}</strong>
        {decided.note && (
          <>
            {': '}
            <bdi>{decided.note}</bdi>
          </>
        )}
      </p>
      <p className="v-soft v-small">
        <bdi>{decided.by.title}</bdi> · {format.dateTime(decided.at)}
      </p>
    </>
  );
}

/** What follows from the result, with the reason; the result of the moment is kept beside it. */
export function Decide({ action }: { action: MeasuredAction }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [{ decision, note } = NOTHING, keep] = useDraft<Deciding>(`action/${action.id}/decision`);
  const change = (part: Partial<Deciding>): void => {
    const screen = { href: `/actions/${action.id}`, title: action.name };
    const next = { decision, note, ...part, screen };
    keep(next.decision || next.note ? next : undefined);
  };
  const save = useMutation({
    mutationFn: () => actions.decide(action.id, decision ?? 'stop', note.trim()),
    onSuccess: (saved) => {
      keep(undefined);
      client.setQueryData(keys.action(action.id), saved);
      void client.invalidateQueries({ queryKey: keys.actions, exact: true });
      toast({ message: t('actions.kept') });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Question title={t('actions.decide')} caption={t('actions.decideHelp')}>
      {action.decided ? (
        <Decided decided={action.decided} />
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm" maw={480}>
            <Select
              label={t('actions.decisionLabel')}
              value={decision}
              data={DECISIONS.map((value) => ({ value, label: t(`actions.decision.${value}`) }))}
              onChange={(value) => change({ decision: value as Decision | null })}
            />
            <Textarea
              label={t('actions.why')}
              value={note}
              rows={2}
              dir="auto"
              onChange={(event) => change({ note: event.currentTarget.value })}
            />
            {save.error && <Failure error={save.error} />}
            <Group>
              <Button type="submit" disabled={!decision} loading={save.isPending}>
                {t('actions.keep')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Question>
  );
}
