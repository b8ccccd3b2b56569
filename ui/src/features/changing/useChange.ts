import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changes, jobs, keys, useJob, type ChangeRun, type Job, type NewChange } from '@/api';
import { toast, undoToast, useFormat } from '@/ui';

const ASK_MS = 300;
const UNDER_WAY = new Set(['queued', 'running', 'undoing']);

/** The change once nothing more happens to it. */
async function settled(run: ChangeRun): Promise<ChangeRun> {
  let now = run;
  while (UNDER_WAY.has(now.state)) {
    await new Promise((wake) => setTimeout(wake, ASK_MS));
    now = await changes.read(run.id);
  }
  return now;
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

function refresh(client: QueryClient, object: string): void {
  void client.invalidateQueries({ queryKey: keys.lists(object) });
  void client.invalidateQueries({ queryKey: ['record'] });
  void client.invalidateQueries({ queryKey: keys.changes });
}

/** Takes a change back and says what became of it; goes on when its screen is left. */
export function useUndo(): { undo: (id: number) => void; pending: number | null } {
  const { t } = useTranslation();
  const client = useQueryClient();
  const format = useFormat();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: async (id: number) => {
      const begun = await changes.undo(id);
      void client.invalidateQueries({ queryKey: keys.changes });
      return settled(begun);
    },
    onSuccess: (run) => {
      refresh(client, run.object);
      const left = sum(run.kept);
      const words = [t('changing.undone', { count: run.restored, rows: format.number(run.restored) })];
      if (left) words.push(t('changing.keptEdited', { count: left, rows: format.number(left) }));
      if (run.state === 'undone') toast({ message: words.join(' '), lasts: 8_000 });
      else toast({ tone: 'bad', title: t('changing.undoFailed'), message: run.error ?? '' });
    },
    onError: (error) => toast({ tone: 'bad', title: t('changing.undoFailed'), message: error.message }),
  });
  return { undo: mutate, pending: isPending ? variables : null };
}

export interface Changing {
  start: (change: NewChange) => void;
  starting: boolean;
  error: Error | null;
  /** The work as it goes on, once it has begun. */
  job: Job | undefined;
  running: boolean;
  stop: () => void;
}

/** Starts a change, follows it, and ends with news that can be taken back. */
export function useChange(onDone: () => void): Changing {
  const { t } = useTranslation();
  const client = useQueryClient();
  const format = useFormat();
  const { undo } = useUndo();
  const [run, setRun] = useState<ChangeRun | null>(null);
  const job = useJob(run?.job_id);
  const tell = (done: ChangeRun): void => {
    const left = sum(done.skipped);
    const words = [t('changing.changed', { count: done.changed, rows: format.number(done.changed) })];
    if (left) words.push(t('changing.leftAlone', { count: left, rows: format.number(left) }));
    if (done.state === 'failed')
      toast({ tone: 'bad', title: t('changing.failed'), message: done.error ?? '', lasts: 10_000 });
    else if (done.can_undo) undoToast(words.join(' '), t('write.undo'), () => undo(done.id));
    else toast({ message: words.join(' ') });
  };
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (change: NewChange) => {
      const begun = await changes.start(change);
      setRun(begun);
      return settled(begun);
    },
    onSuccess: (done) => {
      refresh(client, done.object);
      tell(done);
      onDone();
    },
    onError: () => setRun(null),
  });
  return {
    start: mutate,
    starting: isPending && run === null,
    error,
    job,
    running: isPending && run !== null,
    stop: () => run?.job_id && void jobs.cancel(run.job_id),
  };
}
