import { call } from './http';
import type { Filter, Value } from './types';

export type ChangeAction = 'edit' | 'trash' | 'restore';

/** Which records (all that fit; with ids only those among them), and what to do to them. */
export interface NewChange {
  object: string;
  action: ChangeAction;
  filter?: Filter;
  q?: string;
  ids?: number[];
  set?: Record<string, Value>;
  add?: Record<string, string[]>;
  remove?: Record<string, string[]>;
}

export interface ChangeSample {
  id: number;
  title: string;
  fields: Record<string, [Value, Value]>;
}

export interface ChangePreview {
  fits: number;
  may: number;
  changes: number;
  skipped: Record<string, number>;
  samples: ChangeSample[];
  refused: { field: string; code: string; message: string; remedy: string }[];
}

export interface ChangeRun {
  id: number;
  object: string;
  action: ChangeAction;
  set: Record<string, Value>;
  add: Record<string, string[]>;
  remove: Record<string, string[]>;
  state: 'queued' | 'running' | 'done' | 'cancelled' | 'failed' | 'undoing' | 'undone';
  actor: { id: number; title: string } | null;
  at: string;
  finished_at: string | null;
  total: number | null;
  changed: number;
  unchanged: number;
  skipped: Record<string, number>;
  restored: number;
  kept: Record<string, number>;
  job_id: number | null;
  error: string | null;
  can_undo: boolean;
}

export const changes = {
  preview: (change: NewChange, signal?: AbortSignal) =>
    call<ChangePreview>('POST', '/changes/preview', { json: change, signal }),
  start: (change: NewChange) => call<ChangeRun>('POST', '/changes', { json: change }),
  list: (before?: number) =>
    call<{ data: ChangeRun[]; next: number | null }>('GET', '/changes', { query: { before } }),
  read: (id: number) => call<ChangeRun>('GET', `/changes/${id}`),
  undo: (id: number) => call<ChangeRun>('POST', `/changes/${id}/undo`),
};
