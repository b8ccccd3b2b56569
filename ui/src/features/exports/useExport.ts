import { useMutation, useQuery } from '@tanstack/react-query';
import { exports, isOver, jobs, keys, useJob, type ExportRun, type Job, type NewExport } from '@/api';

export interface Exporting {
  start: (wanted: NewExport) => void;
  stop: () => void;
  /** Begin anew with the form. */
  reset: () => void;
  job: Job | undefined;
  /** The export once its file is there, or once it has failed. */
  done: ExportRun | undefined;
  /** It was asked for: there is something to follow. */
  begun: boolean;
  error: Error | null;
}

/** One export from the wish to the file. */
export function useExport(): Exporting {
  const begun = useMutation({ mutationFn: exports.start });
  const run = begun.data;
  const job = useJob(run?.job_id);
  const over = Boolean(job && isOver(job));
  const { data, error } = useQuery({
    queryKey: keys.export(run?.id ?? 0),
    queryFn: () => exports.read(run?.id ?? 0),
    enabled: over && Boolean(run),
    staleTime: 0,
  });
  return {
    start: begun.mutate,
    stop: () => {
      if (run?.job_id) void jobs.cancel(run.job_id).then(begun.reset);
    },
    reset: begun.reset,
    job,
    done: over ? data : undefined,
    begun: !begun.isIdle,
    error: begun.error ?? error,
  };
}
