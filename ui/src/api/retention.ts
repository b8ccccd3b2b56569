import { call } from './http';
import type { Filter } from './types';

export interface TrashRule {
  object: string;
  days: number;
}

export interface IdleRule {
  object: string;
  months: number;
  filter?: Filter | null;
  active: boolean;
}

/** What is kept for how long; nothing is removed that no rule names. */
export interface Retention {
  undo_days: number;
  trash: TrashRule[];
  rules: IdleRule[];
}

export interface RuleFound {
  object: string;
  count: number;
  samples: { id: number; title: string }[];
}

export const retention = {
  read: () => call<Retention>('GET', '/retention'),
  write: (rules: Retention) => call<Retention>('PUT', '/retention', { json: rules }),
  preview: (rules: Retention, signal?: AbortSignal) =>
    call<{ trash: RuleFound[]; rules: RuleFound[] }>('POST', '/retention/preview', { json: rules, signal }),
};
