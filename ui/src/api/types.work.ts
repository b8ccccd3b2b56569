import type { Filter, Ref, Value } from './types';

export interface User {
  id: number;
  name: string;
  email: string;
  role: string;
  team: Ref | null;
  locale: string | null;
}

export interface Me {
  user: User;
  workspace: { name: string; currency: string; locale: string };
}

export interface HistoryEntry {
  seq: number;
  at: string;
  actor: Ref | null;
  door: string;
  kind: 'created' | 'updated' | 'deleted' | 'restored' | 'merged' | 'unmerged';
  changes: Record<string, [Value, Value]> | null;
  /** With which records it became one, or was parted from. */
  merge?: MergeNote | null;
}

export interface MergeNote {
  id: number;
  undone: boolean;
  records: Ref[];
}

export interface TimelineEntry {
  at: string;
  object: string;
  id: number;
  kind: string;
  title: string;
  amount?: { amount: string; currency: string } | null;
  changes?: Record<string, [Value, Value]> | null;
}

export interface SearchHit {
  object: string;
  id: number;
  title: string;
  subtitle: string | null;
}

export interface SearchHits {
  data: SearchHit[];
  /** Some records are still being made ready for search, and may be missing. */
  partial: boolean;
}

export interface ViewQuery {
  filter?: Filter;
  sort?: string;
  columns?: string;
}

export interface SavedView {
  id: number;
  object: string;
  name: string;
  kind: 'view' | 'group';
  shared: boolean;
  query: ViewQuery;
  mine?: boolean;
}

export interface ApiToken {
  id: number;
  name: string;
  role: string | null;
  created_at?: string;
  last_used_at?: string | null;
  expires_at?: string | null;
  /** The secret; only in the answer that creates it. */
  token?: string;
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  id: number;
  kind: string;
  state: JobState;
  progress: { done: number; total: number | null; unit: string; message?: string | null } | null;
  result: unknown;
  error: string | null;
  created_at: string;
  finished_at: string | null;
}
