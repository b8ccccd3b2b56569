import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { isOver, jobs, keys, useJob, type Job } from '@/api';
import { toast } from '@/ui';

const KIND = 'insight.refresh';
const MADE_ANEW = ['insight', 'list', 'record', 'jobs'];

export interface Refreshing {
  /** The work under way, also what someone else began. */
  job: Job | undefined;
  starting: boolean;
  start: () => void;
  cancel: () => void;
}

interface RefreshingWords {
  done: string;
  failed: string;
  /** Said where the failure has no words of its own. */
  safe?: string;
}

/** The latest refresh among the jobs that are not over. */
export function runningRefresh(list: Job[]): Job | undefined {
  return list.find((job) => job.kind === KIND && !isOver(job));
}

/** Works derived values out anew, tells how far it is, and has the pages show the new ones when it is over. */
export function useRefreshing(ask: () => Promise<Job>, { done, failed, safe }: RefreshingWords): Refreshing {
  const client = useQueryClient();
  const { data: list = [] } = useQuery({ queryKey: keys.jobs, queryFn: jobs.list });
  const start = useMutation({
    mutationFn: ask,
    onSuccess: (job) => client.setQueryData(keys.job(job.id), job),
    onError: (error) => toast({ tone: 'bad', title: failed, message: error.message }),
  });
  const cancel = useMutation({ mutationFn: jobs.cancel });
  const job = useJob(start.data?.id ?? runningRefresh(list)?.id);
  const before = useRef<Job | undefined>(undefined);
  useEffect(() => {
    const ended = job && isOver(job) && before.current && !isOver(before.current);
    before.current = job;
    if (!ended) return;
    for (const part of MADE_ANEW) void client.invalidateQueries({ queryKey: [part] });
    if (job.state === 'failed')
      toast({ tone: 'bad', title: failed, message: job.error ?? safe ?? '', lasts: 10_000 });
    else if (job.state === 'done') toast({ message: done });
  }, [job, client, done, failed, safe]);
  return {
    job: job && !isOver(job) ? job : undefined,
    starting: start.isPending,
    start: () => start.mutate(),
    cancel: () => job && cancel.mutate(job.id),
  };
}
