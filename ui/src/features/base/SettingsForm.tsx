import { Button, Group, Input, NumberInput, Radio, Select, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, insight, keys, type InsightSettings } from '@/api';
import { DayInput, Failure } from '@/ui';
import { changedSettings, draftOf, problemsOf, type SettingsDraft } from './settings';
import { useMeasureName } from './useMeasureName';

const MEASURES = ['revenue_net', 'revenue_gross', 'margin', 'won_value'];

interface PartProps {
  draft: SettingsDraft;
  problems: Record<string, string | undefined>;
  change: (part: Partial<SettingsDraft>) => void;
}

const numeric = (value: string | number): number | '' => (value === '' ? '' : Number(value));

function Cuts({ draft, problems, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  const shared = { min: 0, max: 100, decimalScale: 2, suffix: ' %', hideControls: true, w: 96 };
  return (
    <Input.Wrapper label={t('insight.cuts')} description={t('insight.cutsHelp')} error={problems.cuts}>
      <Group gap="xs" mt={4}>
        <NumberInput
          {...shared}
          aria-label={t('insight.cutA')}
          value={draft.first}
          onChange={(value) => change({ first: numeric(value) })}
        />
        <NumberInput
          {...shared}
          aria-label={t('insight.cutB')}
          value={draft.second}
          onChange={(value) => change({ second: numeric(value) })}
        />
      </Group>
    </Input.Wrapper>
  );
}

function Days({ draft, problems, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Input.Wrapper
        label={t('insight.period')}
        description={t('insight.periodHelp')}
        error={problems.period}
      >
        <Group gap="xs" mt={4} grow>
          <DayInput
            clearable
            aria-label={t('insight.from')}
            placeholder={t('insight.from')}
            value={draft.from}
            onChange={(from) => change({ from })}
          />
          <DayInput
            clearable
            aria-label={t('insight.to')}
            placeholder={t('insight.to')}
            value={draft.to}
            onChange={(to) => change({ to })}
          />
        </Group>
      </Input.Wrapper>
      <DayInput
        clearable
        label={t('insight.asOf')}
        description={t('insight.asOfHelp')}
        error={problems.as_of}
        value={draft.asOf}
        onChange={(asOf) => change({ asOf })}
      />
    </>
  );
}

function Choices({ draft, change }: PartProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Radio.Group
        size="xs"
        label={t('insight.cleaning')}
        value={draft.cleaning}
        onChange={(value) => change({ cleaning: value as SettingsDraft['cleaning'] })}
      >
        <Stack gap="xs" mt={4}>
          <Radio size="xs" value="net" label={t('insight.net')} description={t('insight.netHelp')} />
          <Radio
            size="xs"
            value="textbook"
            label={t('insight.textbook')}
            description={t('insight.textbookHelp')}
          />
        </Stack>
      </Radio.Group>
      <Radio.Group
        size="xs"
        label={t('insight.crosser')}
        value={draft.crosser}
        onChange={(value) => change({ crosser: value as SettingsDraft['crosser'] })}
      >
        <Stack gap="xs" mt={4}>
          <Radio size="xs" value="out" label={t('insight.out')} />
          <Radio size="xs" value="in" label={t('insight.in')} />
        </Stack>
      </Radio.Group>
    </>
  );
}

function Form({ settings, onSaved }: { settings: InsightSettings; onSaved: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const name = useMeasureName('company');
  const [edits, setEdits] = useState<Partial<SettingsDraft>>({});
  const draft = { ...draftOf(settings), ...edits };
  const change = (part: Partial<SettingsDraft>): void => setEdits((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: insight.saveSettings,
    onSuccess: (saved) => {
      client.setQueryData(keys.insightSettings, saved);
      onSaved();
    },
  });
  const own = Object.fromEntries(Object.entries(problemsOf(draft)).map(([field, key]) => [field, t(key)]));
  const theirs = save.error instanceof ApiError ? save.error.byField : {};
  const problems = { ...theirs, ...own };
  const part = { draft, problems, change };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (Object.keys(own).length === 0) save.mutate(changedSettings(settings, draft));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Select
          label={t('insight.measure')}
          description={t('insight.measureHelp')}
          allowDeselect={false}
          error={problems.measure}
          value={draft.measure}
          data={MEASURES.map((measure) => ({ value: measure, label: name(measure) }))}
          onChange={(measure) => measure && change({ measure })}
        />
        <Cuts {...part} />
        <Days {...part} />
        <Choices {...part} />
        <NumberInput
          label={t('insight.horizon')}
          description={t('insight.horizonHelp')}
          error={problems.horizon_days}
          min={1}
          max={3650}
          allowDecimal={false}
          value={draft.horizon}
          onChange={(value) => change({ horizon: numeric(value) })}
        />
        <NumberInput
          label={t('insight.assumed')}
          description={t('insight.assumedHelp')}
          error={problems.assumed_margin}
          min={0}
          max={100}
          suffix=" %"
          value={draft.assumed}
          onChange={(value) => change({ assumed: numeric(value) })}
        />
        {save.error && Object.keys(theirs).length === 0 && <Input.Error>{save.error.message}</Input.Error>}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={Object.keys(own).length > 0}>
            {t('insight.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The definitions behind the figures. They hold from the next refresh, which follows at once. */
export function SettingsForm({ onSaved }: { onSaved: () => void }): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: keys.insightSettings,
    queryFn: insight.settings,
  });
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={480} />;
  return <Form settings={data} onSaved={onSaved} />;
}
