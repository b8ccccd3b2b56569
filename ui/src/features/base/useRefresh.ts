import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, isOver, jobs, keys, useJob, type Job } from '@/api';
import { toast } from '@/ui';

const KIND = 'insight.refresh';

export interface Refresh {
  /** The refresh that is under way, also one that someone else began. */
  job: Job | undefined;
  starting: boolean;
  start: () => void;
  cancel: () => void;
}

/** The latest refresh among the jobs that are not over. */
export function runningRefresh(list: Job[]): Job | undefined {
  return list.find((job) => job.kind === KIND && !isOver(job));
}

/** Works the base out anew, tells how far it is, and shows the new figures when it is done. */
export function useRefresh(): Refresh {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: list = [] } = useQuery({ queryKey: keys.jobs, queryFn: jobs.list });
  const start = useMutation({
    mutationFn: insight.refresh,
    onSuccess: (job) => client.setQueryData(keys.job(job.id), job),
    onError: (error) => toast({ tone: 'bad', title: t('refresh.failed'), message: error.message }),
  });
  const cancel = useMutation({ mutationFn: jobs.cancel });
  const id = start.data?.id ?? runningRefresh(list)?.id;
  const job = useJob(id);
  const before = useRef<Job | undefined>(undefined);
  useEffect(() => {
    const ended = job && isOver(job) && before.current && !isOver(before.current);
    before.current = job;
    if (!ended) return;
    for (const key of ['insight', 'list', 'record', 'jobs'])
      void client.invalidateQueries({ queryKey: [key] });
    if (job.state === 'failed')
      toast({
        tone: 'bad',
        title: t('refresh.failed'),
        message: job.error ?? t('refresh.safe'),
        lasts: 10_000,
      });
    else if (job.state === 'done') toast({ message: t('refresh.done') });
  }, [job, client, t]);
  return {
    job: job && !isOver(job) ? job : undefined,
    starting: start.isPending,
    start: () => start.mutate(),
    cancel: () => job && cancel.mutate(job.id),
  };
}
