import { useQuery } from '@tanstack/react-query';
import { jobs } from './jobs';
import { keys } from './keys';
import type { Job } from './types.work';

const POLL_MS = 1000;

export function isOver(job: Job): boolean {
  return job.state !== 'queued' && job.state !== 'running';
}

/** A job as it stands now: live events bring each step, asking now and then covers for a lost stream. */
export function useJob(id: number | null | undefined): Job | undefined {
  const { data } = useQuery({
    queryKey: keys.job(id ?? 0),
    queryFn: () => jobs.read(id ?? 0),
    enabled: Boolean(id),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : POLL_MS),
  });
  return data;
}
