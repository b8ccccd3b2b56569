import { call } from './http';
import { toWire, type Draft } from './records';

export interface LikenessReason {
  code: 'email' | 'phone' | 'url' | 'name' | 'similar_name' | 'mail_domain' | 'same';
  /** Where it is; null for the name. */
  field: string | null;
}

export interface Duplicate {
  id: number;
  title: string;
  /** From 0 to 1. */
  score: number;
  reasons: LikenessReason[];
}

export const matching = {
  duplicates: (plural: string, draft: Draft, signal?: AbortSignal) =>
    call<{ data: Duplicate[] }>('POST', `/${plural}/duplicates`, { json: toWire(draft), signal }),
};
