import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, merges, useJob, type Job, type Merge, type NewMerge } from '@/api';
import { toast, undoToast } from '@/ui';

const ASK_MS = 300;
const UNDER_WAY = new Set(['waiting', 'undoing']);

/** The merge once nothing more happens to it. */
async function settled(begun: Merge): Promise<Merge> {
  let now = begun;
  while (UNDER_WAY.has(now.state)) {
    await new Promise((wake) => setTimeout(wake, ASK_MS));
    now = await merges.read(begun.id);
  }
  return now;
}

function useRefresh(): (object: string) => void {
  const client = useQueryClient();
  return (object) => {
    void client.invalidateQueries({ queryKey: keys.lists(object) });
    void client.invalidateQueries({ queryKey: ['list'] });
    void client.invalidateQueries({ queryKey: ['record'] });
    void client.invalidateQueries({ queryKey: keys.views });
  };
}

/** Makes the records again what they were, and says what was edited since and stays. */
export function useUnmerge(): { undo: (id: number) => void; pending: boolean } {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const { mutate, isPending } = useMutation({
    mutationFn: async (id: number) => settled(await merges.undo(id)),
    onSuccess: (done) => {
      refresh(done.object);
      const left = done.kept.map(({ title, id }) => title ?? `#${id}`).join(', ');
      const words = [t('merging.undone'), ...(left ? [t('merging.kept', { titles: left })] : [])];
      if (done.state === 'undone') toast({ message: words.join(' '), lasts: 8_000 });
      else toast({ tone: 'bad', title: t('merging.undoFailed'), message: done.error, lasts: 10_000 });
    },
    onError: (error) => toast({ tone: 'bad', title: t('merging.undoFailed'), message: error.message }),
  });
  return { undo: mutate, pending: isPending };
}

export interface Merging {
  start: (merge: NewMerge) => void;
  pending: boolean;
  error: Error | null;
  /** The work as it goes on, where there is much. */
  job: Job | undefined;
}

/** Merges, follows long work, and ends with news that can be taken back. */
export function useMerge(onDone: () => void): Merging {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const { undo } = useUnmerge();
  const [begun, setBegun] = useState<Merge | null>(null);
  const job = useJob(begun?.job_id);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (merge: NewMerge) => {
      const answer = await merges.start(merge);
      setBegun(answer);
      return settled(answer);
    },
    onSuccess: (done) => {
      refresh(done.object);
      if (done.state === 'failed')
        toast({ tone: 'bad', title: t('merging.failed'), message: done.error, lasts: 10_000 });
      else undoToast(t('merging.done', { title: done.winner.title }), t('write.undo'), () => undo(done.id));
      onDone();
    },
  });
  return { start: mutate, pending: isPending, error, job };
}
