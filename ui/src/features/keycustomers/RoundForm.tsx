import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keyCustomers, keys, records, type CustomerObject } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { DayInput, Failure } from '@/ui';
import { roundOf, type RoundDraft } from './draft';
import { useMeasures } from './useMeasures';

interface PartProps {
  draft: RoundDraft;
  change: (part: Partial<RoundDraft>) => void;
}

function Days({ draft, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Group grow align="start">
      <DayInput
        label={t('keys.from')}
        value={draft.starts_on}
        onChange={(day) => change({ starts_on: day })}
      />
      <DayInput label={t('keys.to')} value={draft.ends_on} onChange={(day) => change({ ends_on: day })} />
      <DayInput label={t('keys.sealBy')} value={draft.seal_by} onChange={(day) => change({ seal_by: day })} />
    </Group>
  );
}

function People({ draft, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  const query = { limit: 200 };
  const { data } = useQuery({
    queryKey: keys.list('user', query),
    queryFn: ({ signal }) => records.list('users', query, signal),
  });
  return (
    <MultiSelect
      label={t('keys.participants')}
      searchable
      value={draft.participants.map(String)}
      data={(data?.data ?? []).map(({ id, title }) => ({ value: String(id), label: title }))}
      onChange={(ids) => change({ participants: ids.map(Number) })}
    />
  );
}

function What({ draft, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  const measures = useMeasures(draft.object);
  return (
    <Group grow align="end">
      <SegmentedControl
        aria-label={t('base.kind')}
        value={draft.object}
        data={(['company', 'person'] as const).map((name) => ({
          value: name,
          label: read(catalogue.object(name)?.label_plural) || name,
        }))}
        onChange={(object) => change({ object: object as CustomerObject, measure: 'revenue' })}
      />
      <Select
        label={t('keys.rankedBy')}
        allowDeselect={false}
        searchable
        value={draft.measure}
        data={measures}
        onChange={(measure) => measure && change({ measure })}
      />
    </Group>
  );
}

function useOpen() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: keyCustomers.open,
    onSuccess: async (made) => {
      await navigate({ to: '/key-customers/$roundId', params: { roundId: made.id } });
      // From now on participants see less: everything on the page is asked for anew.
      await client.invalidateQueries();
    },
  });
}

/** A period, who takes part, until when lists are sealed, and what is out of sight meanwhile. */
export function RoundForm({ start }: { start: RoundDraft }): ReactElement {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(start);
  const change = (part: Partial<RoundDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const open = useOpen();
  const wanted = roundOf(draft);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted) open.mutate(wanted);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('keys.name')}
          value={draft.name}
          required
          dir="auto"
          data-autofocus
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <Days draft={draft} change={change} />
        <People draft={draft} change={change} />
        <What draft={draft} change={change} />
        <Checkbox
          label={t('keys.hideAmounts')}
          description={t('keys.hideAmountsHelp')}
          checked={draft.hide_amounts}
          onChange={(event) => change({ hide_amounts: event.currentTarget.checked })}
        />
        <p className="v-soft v-small" style={{ margin: 0 }}>
          {t('keys.withheld')} {t(draft.hide_amounts ? 'keys.amountsHidden' : 'keys.amountsSeen')}
        </p>
        {open.error && <Failure error={open.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={open.isPending} disabled={!wanted}>
            {t('keys.open')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
