import { Button, Group, NumberInput, Select, Stack, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, policies, type Policy, type Principles } from '@/api';
import { Failure, toast } from '@/ui';
import { draftOf, policyOf } from './draft';
import { usePeople } from './usePrinciple';

const LEVELS = ['self_service', 'standard', 'preferred', 'premium'];
const CHANNELS = ['visit', 'phone', 'email', 'online', 'partner'];

interface PartProps {
  principles: Principles;
  change: (part: Partial<Principles>) => void;
}

const number = (value: string | number): number | null => (value === '' ? null : Number(value));
const id = (value: string | null): number | null => (value ? Number(value) : null);

function Choices({ principles, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  const { users, teams } = usePeople();
  const words = (family: string, values: string[]) =>
    values.map((value) => ({ value, label: t(`policy.${family}.${value}`) }));
  return (
    <>
      <Group grow align="start">
        <Select
          label={t('policy.service_level')}
          clearable
          value={principles.service_level ?? null}
          data={words('service_level', LEVELS)}
          onChange={(value) => change({ service_level: value as Principles['service_level'] })}
        />
        <Select
          label={t('policy.channel')}
          clearable
          value={principles.channel ?? null}
          data={words('channel', CHANNELS)}
          onChange={(value) => change({ channel: value as Principles['channel'] })}
        />
      </Group>
      <Group grow align="start">
        <Select
          label={t('policy.owner')}
          clearable
          searchable
          value={principles.owner ? String(principles.owner) : null}
          data={users}
          onChange={(value) => change({ owner: id(value) })}
        />
        <Select
          label={t('policy.team')}
          clearable
          searchable
          value={principles.team ? String(principles.team) : null}
          data={teams}
          onChange={(value) => change({ team: id(value) })}
        />
      </Group>
    </>
  );
}

function Numbers({ principles, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Group grow align="start">
      <NumberInput
        label={t('policy.contact_days')}
        value={principles.contact_days ?? ''}
        min={0}
        max={3650}
        allowDecimal={false}
        onChange={(value) => change({ contact_days: number(value) })}
      />
      <NumberInput
        label={t('policy.max_discount')}
        value={principles.max_discount ?? ''}
        min={0}
        max={100}
        suffix=" %"
        onChange={(value) => change({ max_discount: number(value) })}
      />
      <NumberInput
        label={t('policy.credit_days')}
        value={principles.credit_days ?? ''}
        min={0}
        max={3650}
        allowDecimal={false}
        onChange={(value) => change({ credit_days: number(value) })}
      />
    </Group>
  );
}

/** Everything about policies is asked for anew once one has changed. */
function useWrites(group: number, onDone: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: keys.policies });
    toast({ message: t('policy.kept') });
    onDone();
  };
  const put = useMutation({
    mutationFn: (policy: ReturnType<typeof policyOf>) => policies.put(group, policy),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: () => policies.remove(group), onSuccess });
  return { put, remove };
}

interface PolicyFormProps {
  group: number;
  policy: Policy | undefined;
  onDone: () => void;
}

/** How the members of a group are treated. Who fits its filter now is treated so now. */
export function PolicyForm({ group, policy, onDone }: PolicyFormProps): ReactElement {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(policy));
  const { put, remove } = useWrites(group, onDone);
  const change = (part: Partial<Principles>): void =>
    setDraft((now) => ({ ...now, principles: { ...now.principles, ...part } }));
  const wanted = policyOf(draft);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    put.mutate(wanted);
  };
  const error = put.error ?? remove.error;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <p style={{ margin: 0 }}>{t('policy.help')}</p>
        <Choices principles={draft.principles} change={change} />
        <Numbers principles={draft.principles} change={change} />
        <NumberInput
          label={t('policy.precedence')}
          description={t('policy.precedenceHelp')}
          value={draft.precedence}
          min={0}
          max={100_000}
          allowDecimal={false}
          onChange={(value) => typeof value === 'number' && setDraft({ ...draft, precedence: value })}
        />
        <Textarea
          label={t('policy.note')}
          value={draft.note}
          maxLength={4000}
          dir="auto"
          onChange={(event) => setDraft({ ...draft, note: event.currentTarget.value })}
        />
        {error && <Failure error={error} />}
        <Group justify="flex-end">
          {policy && (
            <Button variant="subtle" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('policy.remove')}
            </Button>
          )}
          <Button
            type="submit"
            loading={put.isPending}
            disabled={Object.keys(wanted.principles).length === 0}
          >
            {t('policy.keep')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
