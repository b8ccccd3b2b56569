import { call } from './http';
import type { Ref, Value } from './types';

/** Whose value a field gets: a record's, all of them together, or none. */
export type MergeSource = number | { union: true } | null;

export interface NewMerge {
  object: string;
  ids: number[];
  keep: number;
  choose: Record<string, MergeSource>;
  versions?: { id: number; version: number }[];
}

export interface MergeCandidate {
  id: number;
  value: Value;
  at: string | null;
  door: string | null;
  actor: Ref | null;
}

export interface MergeField {
  name: string;
  from: MergeSource;
  value: Value;
  differs: boolean;
  writable: boolean;
  /** Records whose value would lead in a circle. */
  blocked: number[];
  candidates: MergeCandidate[];
}

export interface MergePreview {
  object: string;
  keep: number;
  records: { id: number; title: string; version: number; updated_at: string }[];
  fields: MergeField[];
  moves: { object: string; field: string; count: number; capped: boolean }[];
  others: boolean;
  conflicts: {
    kind: 'circle' | 'unique' | 'required' | 'last_owner';
    object: string;
    field: string;
    ids: number[];
  }[];
}

export interface Merge {
  id: number;
  object: string;
  winner: Ref;
  losers: Ref[];
  state: 'waiting' | 'done' | 'undoing' | 'undone' | 'failed';
  at: string;
  job_id: number | null;
  /** Why it failed, or could not be undone, and what to do. */
  error: string | null;
  kept: { object: string; id: number; title: string | null; reason: string; fields: string[] }[];
}

export const merges = {
  preview: (merge: NewMerge, signal?: AbortSignal) =>
    call<MergePreview>('POST', '/merges/preview', { json: merge, signal }),
  start: (merge: NewMerge) => call<Merge>('POST', '/merges', { json: merge }),
  read: (id: number) => call<Merge>('GET', `/merges/${id}`),
  undo: (id: number) => call<Merge>('POST', `/merges/${id}/undo`),
};
