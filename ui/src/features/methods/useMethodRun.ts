import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isOver, jobs, keys, methods, useJob, type Job } from '@/api';
import { toast } from '@/ui';

export interface MethodRunning {
  /** The run under way, also one of the whole base that someone else began. */
  job: Job | undefined;
  starting: boolean;
  start: () => void;
  cancel: () => void;
}

/** Runs one method with what it reads, and shows the new run when it is over. */
export function useMethodRun(key: string): MethodRunning {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: list = [] } = useQuery({ queryKey: keys.jobs, queryFn: jobs.list });
  const start = useMutation({
    mutationFn: () => methods.run(key),
    onSuccess: (job) => client.setQueryData(keys.job(job.id), job),
    onError: (error) => toast({ tone: 'bad', title: t('methods.runFailed'), message: error.message }),
  });
  const cancel = useMutation({ mutationFn: jobs.cancel });
  const running = list.find((job) => job.kind === 'insight.refresh' && !isOver(job));
  const job = useJob(start.data?.id ?? running?.id);
  const before = useRef<Job | undefined>(undefined);
  useEffect(() => {
    const ended = job && isOver(job) && before.current && !isOver(before.current);
    before.current = job;
    if (!ended) return;
    for (const part of ['insight', 'list', 'record', 'jobs'])
      void client.invalidateQueries({ queryKey: [part] });
    if (job.state === 'failed')
      toast({ tone: 'bad', title: t('methods.runFailed'), message: job.error ?? '', lasts: 10_000 });
    else if (job.state === 'done') toast({ message: t('methods.ran') });
  }, [job, client, t]);
  return {
    job: job && !isOver(job) ? job : undefined,
    starting: start.isPending,
    start: () => start.mutate(),
    cancel: () => job && cancel.mutate(job.id),
  };
}
