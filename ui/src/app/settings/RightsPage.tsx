import { Button, Group, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { access, keys, type BoundRole, type Rules } from '@/api';
import { Failure, TitleRow, toast } from '@/ui';
import { RightsTable } from './RightsTable';
import { withRule } from './rules';
import styles from './settings.module.css';

const ROLES: BoundRole[] = ['manager', 'member', 'reader'];

function Form({ start }: { start: Rules }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [rules, setRules] = useState(start);
  const [role, setRole] = useState<BoundRole>('member');
  const save = useMutation({
    mutationFn: access.write,
    onSuccess: (saved) => {
      client.setQueryData(keys.access, saved);
      toast({ message: t('rights.saved') });
    },
    onError: (error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
  });
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label={t('rights.role')}
        value={role}
        maw={360}
        onChange={(next) => setRole(next as BoundRole)}
        data={ROLES.map((value) => ({ value, label: t(`rights.${value}`) }))}
      />
      <RightsTable
        rules={rules[role] ?? {}}
        onChange={(type, part) => setRules((now) => withRule(now, role, type, part))}
      />
      <Group>
        <Button loading={save.isPending} disabled={rules === start} onClick={() => save.mutate(rules)}>
          {t('rights.save')}
        </Button>
      </Group>
    </Stack>
  );
}

/** How far each role reaches, type by type. */
export function RightsPage(): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.access, queryFn: access.read });
  return (
    <>
      <TitleRow title={t('settings.rights')} />
      <div className={styles.body}>
        <p className="v-soft">{t('rights.help')}</p>
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={300} />}
        {data && <Form start={data} />}
      </div>
    </>
  );
}
