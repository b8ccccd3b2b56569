import { Button, Checkbox, Group, NumberInput, Select, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { costing, keys, type Rates, type RateUnit } from '@/api';
import { DayInput, Failure } from '@/ui';
import { draftOf, isTimed, rateOf, type RateDraft } from './draft';
import { useDriverName } from './words';

interface RateFormProps {
  rates: Rates;
  driver: string;
  currency: string;
  onSaved: () => void;
}

const number = (value: string | number): number | '' => (value === '' ? '' : Number(value));

interface PartProps {
  rates: Rates;
  draft: RateDraft;
  currency: string;
  change: (part: Partial<RateDraft>) => void;
}

function Price({ rates, draft, currency, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  const units = rates.drivers[draft.driver] ?? [];
  return (
    <Group grow align="start">
      <NumberInput
        label={t('rates.amount')}
        value={draft.amount}
        min={0}
        decimalScale={4}
        suffix={draft.unit === 'per_cent_year' ? ' %' : ` ${currency}`}
        onChange={(amount) => change({ amount: number(amount) })}
      />
      <Select
        label={t('rates.per')}
        value={draft.unit}
        allowDeselect={false}
        disabled={units.length < 2}
        data={units.map((unit) => ({ value: unit, label: t(`rates.unit.${unit}`) }))}
        onChange={(unit) => unit && change({ unit: unit as RateUnit })}
      />
      {isTimed(rates, draft.driver) && draft.unit === 'hour' && (
        <NumberInput
          label={t('rates.minutes')}
          description={t('rates.minutesHelp')}
          inputWrapperOrder={['label', 'input', 'description']}
          value={draft.minutes}
          min={0}
          max={1440}
          onChange={(minutes) => change({ minutes: number(minutes) })}
        />
      )}
    </Group>
  );
}

/** What one kind of work costs from a day on. Rates of before stay as they are. */
export function RateForm({ rates, driver, currency, onSaved }: RateFormProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const name = useDriverName();
  const today = new Date().toLocaleDateString('sv');
  const [draft, setDraft] = useState(() => draftOf(rates, driver, today));
  const change = (part: Partial<RateDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const wanted = rateOf(draft);
  const save = useMutation({
    mutationFn: costing.addRates,
    onSuccess: (saved) => {
      client.setQueryData(keys.rates, saved);
      onSaved();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wanted) save.mutate([wanted]);
  };
  const priced = rates.now.some((rate) => rate.driver === draft.driver && rate.amount !== null);
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label={t('rates.driver')}
          value={draft.driver}
          allowDeselect={false}
          searchable
          data={Object.keys(rates.drivers).map((value) => ({ value, label: name(value) }))}
          onChange={(next) => next && setDraft(draftOf(rates, next, today))}
        />
        {!draft.ends && <Price rates={rates} draft={draft} currency={currency} change={change} />}
        <DayInput
          label={t('rates.from')}
          description={t('rates.fromHelp')}
          value={draft.from}
          onChange={(from) => change({ from })}
        />
        {priced && (
          <Checkbox
            label={t('rates.ends')}
            checked={draft.ends}
            onChange={(event) => change({ ends: event.currentTarget.checked })}
          />
        )}
        {save.error && <Failure error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={!wanted}>
            {t('rates.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
