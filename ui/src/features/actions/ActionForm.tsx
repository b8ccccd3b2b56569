import { Button, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actions, keys, type GroupSizes, type NewAction, type SuccessKind } from '@/api';
import { Failure, useFormat } from '@/ui';
import { START, wantedOf, type ActionDraft } from './draft';

const KINDS: SuccessKind[] = ['purchase', 'won_deal', 'activity'];
const PAUSE_MS = 300;

function Sizes({ sizes }: { sizes: GroupSizes }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p role="status" style={{ margin: 0 }}>
      {t('actions.sizes', {
        treated: format.number(sizes.treated),
        control: format.number(sizes.control),
      })}
      {sizes.held_out > 0 && (
        <span className="v-soft"> {t('actions.heldOut', { number: format.number(sizes.held_out) })}</span>
      )}
    </p>
  );
}

interface NumbersProps {
  draft: ActionDraft;
  change: (part: Partial<ActionDraft>) => void;
}

const number = (value: string | number): number | '' => (value === '' ? '' : Number(value));

function Numbers({ draft, change }: NumbersProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Group grow align="start">
        <NumberInput
          label={t('actions.days')}
          value={draft.days}
          min={1}
          max={730}
          allowDecimal={false}
          onChange={(days) => change({ days: number(days) })}
        />
        <NumberInput
          label={t('actions.control')}
          value={draft.control}
          min={1}
          max={90}
          suffix=" %"
          onChange={(control) => change({ control: number(control) })}
        />
      </Group>
      <Group grow align="start">
        <NumberInput
          label={t('actions.cost')}
          value={draft.cost}
          min={0}
          decimalScale={4}
          onChange={(cost) => change({ cost: number(cost) })}
        />
        <NumberInput
          label={t('actions.margin')}
          description={t('actions.marginHelp')}
          inputWrapperOrder={['label', 'input', 'description']}
          value={draft.margin}
          min={0}
          max={100}
          suffix=" %"
          onChange={(margin) => change({ margin: number(margin) })}
        />
      </Group>
    </>
  );
}

function useBegin() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: actions.begin,
    onSuccess: async (made) => {
      client.setQueryData(keys.action(made.id), made);
      await client.invalidateQueries({ queryKey: keys.actions, exact: true });
      await navigate({ to: '/actions/$actionId', params: { actionId: made.id } });
    },
  });
}

/** The offer and what counts as success; both groups are shown before they are frozen. */
export function ActionForm({ group }: { group: number }): ReactElement {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(START);
  const change = (part: Partial<ActionDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const [asked] = useDebouncedValue(draft, PAUSE_MS, { leading: true });
  const looked = wantedOf({ ...asked, name: '' }, group);
  const sizes = useQuery({
    queryKey: keys.actionSizes(looked ?? {}),
    queryFn: () => actions.preview(looked as NewAction),
    enabled: looked !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const begin = useBegin();
  const wanted = wantedOf(draft, group);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted) begin.mutate(wanted);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t('actions.help')}</p>
        <TextInput
          label={t('actions.name')}
          value={draft.name}
          required
          data-autofocus
          dir="auto"
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <Select
          label={t('actions.success')}
          value={draft.kind}
          allowDeselect={false}
          data={KINDS.map((kind) => ({ value: kind, label: t(`actions.kind.${kind}`) }))}
          onChange={(kind) => kind && change({ kind: kind as SuccessKind })}
        />
        <Numbers draft={draft} change={change} />
        {sizes.data && <Sizes sizes={sizes.data} />}
        {(begin.error ?? sizes.error) && <Failure error={begin.error ?? sizes.error} />}
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={begin.isPending}
            disabled={!wanted || !draft.name.trim() || sizes.isError}
          >
            {t('actions.start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
