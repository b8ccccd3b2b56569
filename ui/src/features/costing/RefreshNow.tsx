import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, isOver, keys, useJob } from '@/api';
import { Failure, Wait } from '@/ui';
import styles from './costing.module.css';

/** New rates reach the figures with the next refresh; here it begins. */
export function RefreshNow(): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: insight.refresh,
    onSuccess: (job) => client.setQueryData(keys.job(job.id), job),
  });
  const job = useJob(start.data?.id);
  if (job && !isOver(job))
    return (
      <Wait
        label={t('refresh.running')}
        done={job.progress?.done ?? 0}
        total={job.progress?.total ?? null}
        unit={t('refresh.steps')}
      />
    );
  if (job?.state === 'done')
    return (
      <p role="status">
        {t('refresh.done')} <Link to="/base">{t('rates.toBase')}</Link> ·{' '}
        <Link to="/budget">{t('rates.toBudget')}</Link>
      </p>
    );
  return (
    <div className={styles.refresh}>
      <span className="v-soft">{t('rates.nextRefresh')}</span>
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        {t('refresh.do')}
      </Button>
      {start.error && <Failure error={start.error} />}
    </div>
  );
}
