import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import {
  imports,
  isOver,
  keys,
  useJob,
  type ImportOptions,
  type ImportPlan,
  type ImportRun,
  type Job,
} from '@/api';

export interface Importing {
  query: UseQueryResult<ImportRun>;
  run: ImportRun | undefined;
  /** The work under way, if any. */
  job: Job | undefined;
  busy: boolean;
  check: (plan: ImportPlan, options: ImportOptions | undefined) => void;
  start: () => void;
  cancel: () => void;
  /** Undoes the whole import. */
  takeBack: () => void;
  /** Reads the file anew in another way. */
  reread: (plan: ImportPlan, options: ImportOptions) => void;
  pending: boolean;
  error: Error | null;
}

const WORKING = new Set<ImportRun['state']>(['checking', 'running', 'rolling_back']);

/** One import: as it stands, the work on it as it goes, and what can be done next. */
export function useImport(id: number): Importing {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: keys.import(id),
    queryFn: () => imports.read(id),
    refetchInterval: ({ state }) => (state.data && WORKING.has(state.data.state) ? 2000 : false),
  });
  const follow = (job: Job): void => {
    client.setQueryData(keys.job(job.id), job);
    client.setQueryData<ImportRun>(keys.import(id), (run) => run && { ...run, job_id: job.id });
  };
  const keepRun = (run: ImportRun): void => {
    client.setQueryData(keys.import(id), run);
  };
  const check = useMutation({
    mutationFn: async ({ plan, options }: { plan: ImportPlan; options?: ImportOptions }) => {
      keepRun(await imports.plan(id, plan, options));
      return imports.check(id);
    },
    onSuccess: follow,
  });
  const reread = useMutation({
    mutationFn: ({ plan, options }: { plan: ImportPlan; options: ImportOptions }) =>
      imports.plan(id, plan, options),
    onSuccess: keepRun,
  });
  const start = useMutation({ mutationFn: () => imports.run(id), onSuccess: follow });
  const takeBack = useMutation({ mutationFn: () => imports.rollback(id), onSuccess: follow });
  const cancel = useMutation({ mutationFn: () => imports.cancel(id), onSuccess: keepRun });
  const job = useJob(query.data?.job_id);
  useRefetchAtEnd(id, job);
  const busy = Boolean(job && !isOver(job));
  const forget = (): void => [check, start, reread, cancel, takeBack].forEach((mutation) => mutation.reset());
  return {
    query,
    run: query.data,
    job: busy ? job : undefined,
    busy,
    check: (plan, options) => {
      forget();
      check.mutate({ plan, options });
    },
    start: () => {
      forget();
      start.mutate();
    },
    cancel: () => cancel.mutate(),
    takeBack: () => {
      forget();
      takeBack.mutate();
    },
    reread: (plan, options) => {
      forget();
      reread.mutate({ plan, options });
    },
    pending: check.isPending || start.isPending || reread.isPending || takeBack.isPending,
    error: check.error ?? start.error ?? reread.error ?? cancel.error ?? takeBack.error,
  };
}

function useRefetchAtEnd(id: number, job: Job | undefined): void {
  const client = useQueryClient();
  const before = useRef<Job | undefined>(undefined);
  useEffect(() => {
    const ended = job && isOver(job) && before.current && !isOver(before.current);
    before.current = job;
    if (!ended) return;
    void client.invalidateQueries({ queryKey: keys.imports });
    for (const key of ['list', 'record', 'jobs']) void client.invalidateQueries({ queryKey: [key] });
  }, [id, job, client]);
}
