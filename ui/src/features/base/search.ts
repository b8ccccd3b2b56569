import type { CustomerObject } from '@/api';

/** Plots that can be seen as a table. */
export const TABLES = ['pareto', 'spread'] as const;
export type TableName = (typeof TABLES)[number];

/** What the customer-base page shows, as it stands in the address bar. */
export interface BaseSearch {
  object?: CustomerObject;
  measure?: string;
  /** What colours the RFM grid; customers unless said. */
  rfm?: 'value';
  /** What the cohort cells say; the share unless said. */
  cohorts?: 'count';
  table?: TableName;
  settings?: true;
  /** Between which classes moves are counted; ABC unless said. */
  moved?: string;
  movedFrom?: string;
  movedTo?: string;
}

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z_]+$/.test(value) ? value : undefined;

const day = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;

/** Reads an address; what does not fit is dropped, so an old link still opens the page. */
export function readBaseSearch(raw: Record<string, unknown>): BaseSearch {
  const search: BaseSearch = {
    object: raw.object === 'company' || raw.object === 'person' ? raw.object : undefined,
    measure: word(raw.measure),
    rfm: raw.rfm === 'value' ? 'value' : undefined,
    cohorts: raw.cohorts === 'count' ? 'count' : undefined,
    table: TABLES.find((name) => name === raw.table),
    moved: word(raw.moved),
    movedFrom: day(raw.movedFrom),
    movedTo: day(raw.movedTo),
    settings: raw.settings === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
