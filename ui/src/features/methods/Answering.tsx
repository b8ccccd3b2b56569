import { Select, Stack, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, methods, records, type MethodChange, type Schedule, type WholeMethod } from '@/api';
import { Question, toast } from '@/ui';

const SCHEDULES: Schedule[] = ['daily', 'weekly', 'monthly', 'by_hand'];
/** Everything else is made of it: it cannot be left out. */
const ALWAYS = 'value';

/** Who answers for a method, how often it runs, and whether it runs at all; each change is kept at once. */
export function Answering({ method, mayChange }: { method: WholeMethod; mayChange: boolean }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const asked = { limit: 200 };
  const { data: users } = useQuery({
    queryKey: keys.list('user', asked),
    queryFn: () => records.list('users', asked),
    enabled: mayChange,
  });
  const save = useMutation({
    mutationFn: (change: MethodChange) => methods.change(method.key, change),
    onSuccess: (saved) => {
      client.setQueryData(keys.method(method.key), saved);
      void client.invalidateQueries({ queryKey: keys.methods });
    },
    onError: (error) => toast({ tone: 'bad', title: t('methods.notSaved'), message: error.message }),
  });
  const people = (users?.data ?? []).map(({ id, title }) => ({ id, title }));
  const known = method.owner && !people.some(({ id }) => id === method.owner?.id) ? [method.owner] : [];
  return (
    <Question title={t('methods.answering')}>
      <Stack gap="md" maw={360}>
        <Select
          label={t('methods.owner')}
          description={t('methods.ownerHelp')}
          disabled={!mayChange}
          clearable
          searchable
          placeholder={t('methods.nobody')}
          value={method.owner ? String(method.owner.id) : null}
          data={[...known, ...people].map(({ id, title }) => ({ value: String(id), label: title }))}
          onChange={(id) => save.mutate({ owner: id ? Number(id) : null })}
        />
        <Select
          label={t('methods.runs')}
          disabled={!mayChange}
          allowDeselect={false}
          value={method.schedule}
          data={SCHEDULES.map((value) => ({ value, label: t(`methods.schedule.${value}`) }))}
          onChange={(schedule) => schedule && save.mutate({ schedule: schedule as Schedule })}
        />
        <Switch
          label={t('methods.enabled')}
          description={t(method.key === ALWAYS ? 'methods.always' : 'methods.enabledHelp')}
          disabled={!mayChange || method.key === ALWAYS}
          checked={method.enabled}
          onChange={(event) => save.mutate({ enabled: event.currentTarget.checked })}
        />
      </Stack>
    </Question>
  );
}
