import { Button, Group, NumberInput, Skeleton, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, retention, type Retention } from '@/api';
import { Failure, TitleRow, toast } from '@/ui';
import { IdleRules, TrashRules } from './RetentionRules';
import styles from './changing.module.css';

const PAUSE_MS = 400;

function Form({ start }: { start: Retention }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [rules, setRules] = useState(start);
  const [asked] = useDebouncedValue(rules, PAUSE_MS, { leading: true });
  const ahead = useQuery({
    queryKey: [...keys.retention, 'preview', asked],
    queryFn: ({ signal }) => retention.preview(asked, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const save = useMutation({
    mutationFn: retention.write,
    onSuccess: (saved) => {
      client.setQueryData(keys.retention, saved);
      toast({ message: t('retention.saved') });
    },
    onError: (error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(rules);
  };
  const change = (part: Partial<Retention>): void => setRules((now) => ({ ...now, ...part }));
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <TrashRules
          rules={rules.trash}
          found={ahead.data?.trash ?? []}
          onChange={(trash) => change({ trash })}
        />
        <IdleRules
          rules={rules.rules}
          found={ahead.data?.rules ?? []}
          onChange={(next) => change({ rules: next })}
        />
        <NumberInput
          label={t('retention.undo')}
          suffix={` ${t('retention.days')}`}
          value={rules.undo_days}
          min={1}
          max={3650}
          maw={320}
          onChange={(days) => typeof days === 'number' && change({ undo_days: days })}
        />
        {ahead.error && <Failure error={ahead.error} />}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={ahead.isError}>
            {t('retention.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What is kept for how long. Every rule says what it would take before it is saved. */
export function RetentionPage(): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.retention, queryFn: retention.read });
  return (
    <>
      <TitleRow title={t('retention.title')} />
      <div className={styles.settings}>
        <p className="v-soft">{t('retention.help')}</p>
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={200} />}
        {data && <Form start={data} />}
      </div>
    </>
  );
}
