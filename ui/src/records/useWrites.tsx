import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, keys, newKey, records, type ApiRecord, type Draft, type ObjectSpec } from '@/api';
import { toast, undoToast } from '@/ui';

function refresh(client: QueryClient, object: ObjectSpec, id: number): void {
  void client.invalidateQueries({ queryKey: keys.record(object.name, id) });
  void client.invalidateQueries({ queryKey: keys.lists(object.name) });
}

function useFailed(): (error: Error) => void {
  const { t } = useTranslation();
  return (error) => {
    const first = error instanceof ApiError ? error.fieldProblems[0] : undefined;
    toast({
      tone: 'bad',
      title: t('write.failed'),
      message: first ? `${first.message} ${first.remedy ?? ''}` : error.message,
    });
  };
}

export interface Conflict {
  /** What this user wanted. */
  wanted: Draft;
  /** The record as someone else left it. */
  current: ApiRecord;
  /** What this user had begun with, as far as the log tells. */
  base?: Draft;
}

function baseOf(error: ApiError): Draft | undefined {
  const known = Object.entries(error.problem.fields ?? {}).filter(([, both]) => 'base' in both);
  return known.length ? Object.fromEntries(known.map(([name, { base }]) => [name, base])) : undefined;
}

interface Change {
  record: ApiRecord;
  change: Draft;
  /** False for the change that takes a change back. */
  undoable?: boolean;
}

/** Saves changed fields: shown at once, confirmed by the server, taken back from the toast; a clash goes to `onConflict`. */
export function useUpdate(
  object: ObjectSpec,
  onConflict: (conflict: Conflict) => void,
): (record: ApiRecord, change: Draft) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failed = useFailed();
  const key = (id: number): readonly unknown[] => keys.record(object.name, id);
  const { mutate } = useMutation({
    mutationFn: ({ record, change }: Change) =>
      records.update(object.plural, record.id, record.version, change),
    onMutate: async ({ record, change }) => {
      await client.cancelQueries({ queryKey: key(record.id), exact: true });
      client.setQueryData<ApiRecord>(key(record.id), (now) => now && ({ ...now, ...change } as ApiRecord));
    },
    onError: (error, { record, change }) => {
      client.setQueryData(key(record.id), record);
      const current = error instanceof ApiError ? error.current : null;
      if (current && error instanceof ApiError) onConflict({ wanted: change, current, base: baseOf(error) });
      else failed(error);
      refresh(client, object, record.id);
    },
    onSuccess: (saved, { record, change, undoable }) => {
      client.setQueryData(key(record.id), saved);
      refresh(client, object, record.id);
      if (undoable === false) return;
      const before = Object.fromEntries(Object.keys(change).map((name) => [name, record[name] ?? null]));
      undoToast(t('write.saved'), t('write.undo'), () =>
        mutate({ record: saved, change: before, undoable: false }),
      );
    },
  });
  return (record, change) => mutate({ record, change });
}

/** To the trash and back: both say what happened, the first can be undone. */
export function useTrash(object: ObjectSpec): {
  trash: (ids: number[]) => void;
  restore: (id: number) => void;
} {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failed = useFailed();
  const done = (ids: number[]): void => ids.forEach((id) => refresh(client, object, id));
  const restore = useMutation({
    mutationFn: (ids: number[]) => Promise.all(ids.map((id) => records.restore(object.plural, id))),
    onSettled: (_answer, _error, ids) => done(ids),
    onSuccess: (_, ids) => toast({ message: t('trash.restored', { count: ids.length }) }),
    onError: failed,
  });
  const trash = useMutation({
    mutationFn: (ids: number[]) => Promise.all(ids.map((id) => records.trash(object.plural, id))),
    onSettled: (_answer, _error, ids) => done(ids),
    onSuccess: (_, ids) =>
      undoToast(t('trash.moved', { count: ids.length }), t('write.undo'), () => restore.mutate(ids)),
    onError: failed,
  });
  return { trash: trash.mutate, restore: (id) => restore.mutate([id]) };
}

/** Creates a record. The same content is sent under the same key until it succeeds, so that trying again creates nothing twice. */
export function useCreate(
  object: ObjectSpec,
  onCreated: (record: ApiRecord) => void,
): {
  create: (draft: Draft) => void;
  problems: Record<string, string>;
  error: Error | null;
  pending: boolean;
} {
  const client = useQueryClient();
  const attempt = useRef({ content: '', key: '' });
  const { mutate, error, isPending } = useMutation({
    mutationFn: (draft: Draft) => {
      const content = JSON.stringify(draft);
      if (attempt.current.content !== content) attempt.current = { content, key: newKey() };
      return records.create(object.plural, draft, attempt.current.key);
    },
    onSuccess: (record) => {
      attempt.current = { content: '', key: '' };
      client.setQueryData(keys.record(object.name, record.id), record);
      void client.invalidateQueries({ queryKey: keys.lists(object.name) });
      void client.invalidateQueries({ queryKey: ['record'] });
      onCreated(record);
    },
  });
  return {
    create: mutate,
    problems: error instanceof ApiError ? error.byField : {},
    error,
    pending: isPending,
  };
}
