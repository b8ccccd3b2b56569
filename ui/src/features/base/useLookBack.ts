import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, isOver, keys, useJob, type Job } from '@/api';
import { toast } from '@/ui';

export interface LookBack {
  job: Job | undefined;
  starting: boolean;
  start: (months: number) => void;
}

/** Has the classes of earlier months worked out, and shows them when that is done. */
export function useLookBack(): LookBack {
  const { t } = useTranslation();
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: insight.lookBack,
    onSuccess: (job) => client.setQueryData(keys.job(job.id), job),
    onError: (error) => toast({ tone: 'bad', title: t('moves.failed'), message: error.message }),
  });
  const job = useJob(start.data?.id);
  const before = useRef<Job | undefined>(undefined);
  useEffect(() => {
    const ended = job && isOver(job) && before.current && !isOver(before.current);
    before.current = job;
    if (!ended) return;
    void client.invalidateQueries({ queryKey: keys.insight });
    if (job.state === 'failed')
      toast({ tone: 'bad', title: t('moves.failed'), message: job.error ?? '', lasts: 10_000 });
  }, [job, client, t]);
  return {
    job: job && !isOver(job) ? job : undefined,
    starting: start.isPending,
    start: (months) => start.mutate(months),
  };
}
