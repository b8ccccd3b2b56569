import { call } from './http';
import type { ApiRecord, Filter, Page, RecordPageAnswer, RelatedHead, Summary, Value } from './types';
import type { HistoryEntry, SearchHits, TimelineEntry } from './types.work';

export interface ListQuery {
  filter?: Filter;
  sort?: string;
  columns?: string;
  limit?: number;
  cursor?: string;
  count?: boolean;
  trash?: boolean;
  q?: string;
}

export type Draft = Record<string, Value>;

/** A record that is pointed at goes over the wire as its id. */
export function toWire(draft: Draft): Record<string, unknown> {
  const plain = (value: Value): unknown =>
    typeof value === 'object' && value !== null && 'id' in value && 'title' in value ? value.id : value;
  return Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, plain(value)]));
}

/** A record with what stands around it, as one answer. */
export interface WholeRecord {
  record: ApiRecord;
  related: RelatedHead[];
  timeline: Page<TimelineEntry>;
}

export const records = {
  list: (plural: string, query: ListQuery, signal?: AbortSignal) =>
    call<RecordPageAnswer>('GET', `/${plural}`, { query: { ...query }, signal }),
  summary: (
    plural: string,
    query: { filter?: Filter; q?: string; group?: string; sum?: string },
    signal?: AbortSignal,
  ) => call<Summary>('GET', `/${plural}/summary`, { query, signal }),
  read: (plural: string, id: number) =>
    call<ApiRecord>('GET', `/${plural}/${id}`, { query: { trash: true } }),
  whole: (plural: string, id: number) =>
    call<WholeRecord>('GET', `/${plural}/${id}/page`, { query: { trash: true } }),
  create: (plural: string, draft: Draft, idempotencyKey: string) =>
    call<ApiRecord>('POST', `/${plural}`, { json: toWire(draft), idempotencyKey }),
  update: (plural: string, id: number, version: number, change: Draft) =>
    call<ApiRecord>('PATCH', `/${plural}/${id}`, { json: toWire(change), version }),
  trash: (plural: string, id: number) => call<null>('DELETE', `/${plural}/${id}`),
  restore: (plural: string, id: number) => call<ApiRecord>('POST', `/${plural}/${id}/restoration`),
  history: (plural: string, id: number, cursor?: string) =>
    call<Page<HistoryEntry>>('GET', `/${plural}/${id}/history`, { query: { cursor, trash: true } }),
  timeline: (plural: string, id: number, cursor?: string) =>
    call<Page<TimelineEntry>>('GET', `/${plural}/${id}/timeline`, { query: { cursor, trash: true } }),
};

export const search = {
  everywhere: (q: string, options: { object?: string; limit?: number } = {}, signal?: AbortSignal) =>
    call<SearchHits>('GET', '/search', { query: { q, limit: 12, ...options }, signal }),
};
