import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ApiError,
  keys,
  newKey,
  records,
  type ApiRecord,
  type Draft,
  type ObjectSpec,
  type Value,
} from '@/api';
import { toast, undoToast } from '@/ui';

function refresh(client: QueryClient, object: ObjectSpec, id: number): void {
  void client.invalidateQueries({ queryKey: keys.record(object.name, id) });
  void client.invalidateQueries({ queryKey: keys.lists(object.name) });
}

/** Says in a toast that something was not saved, and why. */
export function useFailed(): (error: Error) => void {
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

export const same = (a: Value, b: Value): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The fields whose rule binds them to one of these: which of them may be empty hangs on the others. */
function bound({ fields }: ObjectSpec, names: string[]): string[] {
  const groups = fields.map(({ name, required_if: rule }) => {
    const words = new Set(rule?.match(/\w+/g));
    return fields.filter((field) => field.name === name || words.has(field.name)).map((field) => field.name);
  });
  return groups.filter((group) => group.some((name) => names.includes(name))).flat();
}

/** Whether others left alone what is to be changed here, and what a rule binds to it, since it was seen. */
function leftAlone(object: ObjectSpec, { record, change }: Change, current: ApiRecord): boolean {
  const names = Object.keys(change);
  return [...names, ...bound(object, names)].every((name) => same(record[name], current[name]));
}

const TRIES = 3;

/** Saves on the version that was seen, or on a later one that differs in other fields: by what was seen, not by what the log tells. */
async function patch(object: ObjectSpec, wanted: Change, tries = TRIES): Promise<ApiRecord> {
  const { record, change } = wanted;
  try {
    return await records.update(object.plural, record.id, record.version, change);
  } catch (error) {
    const current = error instanceof ApiError ? error.current : null;
    if (!current || tries === 1 || !leftAlone(object, wanted, current)) throw error;
    return patch(object, { ...wanted, record: current }, tries - 1);
  }
}

export function conflictOf(error: Error, wanted: Draft): Conflict | null {
  const current = error instanceof ApiError ? error.current : null;
  return current && { wanted, current, base: baseOf(error as ApiError) };
}

/** Saves a change; resolves to null, or to why it was refused. */
export type Save = (record: ApiRecord, change: Draft) => Promise<Error | null>;

/** Saves changed fields: shown at once, confirmed by the server, taken back from the toast. */
export function useUpdate(object: ObjectSpec): Save {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failed = useFailed();
  const key = (id: number): readonly unknown[] => keys.record(object.name, id);
  const show = (id: number, change: Draft): void =>
    void client.setQueryData<ApiRecord>(key(id), (now) => now && ({ ...now, ...change } as ApiRecord));
  const { mutateAsync } = useMutation({
    mutationFn: (wanted: Change) => patch(object, wanted),
    onMutate: async ({ record, change }) => {
      await client.cancelQueries({ queryKey: key(record.id), exact: true });
      const shown = client.getQueryData<ApiRecord>(key(record.id)) ?? record;
      show(record.id, change);
      return Object.fromEntries(Object.keys(change).map((name) => [name, shown[name] ?? null]));
    },
    onError: (_error, { record }, before) => {
      if (before) show(record.id, before);
      refresh(client, object, record.id);
    },
    onSuccess: (saved, { record, change, undoable }) => {
      client.setQueryData(key(record.id), saved);
      refresh(client, object, record.id);
      if (undoable === false) return;
      const before = Object.fromEntries(Object.keys(change).map((name) => [name, record[name] ?? null]));
      undoToast(t('write.saved'), t('write.undo'), () => {
        mutateAsync({ record: saved, change: before, undoable: false }).catch(failed);
      });
    },
  });
  return (record, change) =>
    mutateAsync({ record, change }).then(
      () => null,
      (error: Error) => error,
    );
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
  reset: () => void;
} {
  const client = useQueryClient();
  const attempt = useRef({ content: '', key: '' });
  const { mutate, error, isPending, reset } = useMutation({
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
    reset,
  };
}
