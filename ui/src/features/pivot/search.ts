import type { PivotAsked, PivotKey, PivotSort } from '@/api';
import { readListSearch, type ListSearch } from '@/records';
import { readAxes, readFigures } from './axes';

export const SHARES = ['row', 'column', 'all'] as const;
export type Share = (typeof SHARES)[number];

/** What a pivot shows, as it stands in the address bar. */
export interface PivotSearch extends Pick<ListSearch, 'filter' | 'q'> {
  rows?: string;
  columns?: string;
  figures?: string;
  sort?: PivotSort;
  /** Counts and sums as a part of something; as they are unless said. */
  share?: Share;
  /** Without shading. */
  plain?: true;
}

const LISTED = /^[a-z0-9_.:;,-]*$/;
const words = (value: unknown): string | undefined =>
  typeof value === 'string' && LISTED.test(value) ? value : undefined;

function sortOf(value: unknown): PivotSort | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { figure, column, descending } = value as Partial<PivotSort>;
  if (typeof figure !== 'number' || !(figure >= 0 && figure < 4)) return undefined;
  const isKey = (key: unknown): key is PivotKey => key === null || typeof key !== 'object';
  const keys = Array.isArray(column) && column.every(isKey) ? { column } : {};
  return { figure, ...keys, descending: descending !== false };
}

/** Reads an address; what does not fit is dropped, so an old link still opens the page. */
export function readPivotSearch(raw: Record<string, unknown>): PivotSearch {
  const { filter, q } = readListSearch(raw);
  const search: PivotSearch = {
    filter,
    q,
    rows: words(raw.rows),
    columns: words(raw.columns),
    figures: words(raw.figures),
    sort: sortOf(raw.sort),
    share: SHARES.find((share) => share === raw.share),
    plain: raw.plain === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** The question that an address asks. */
export function askedOf(object: string, search: PivotSearch): PivotAsked {
  const figures = readFigures(search.figures);
  const columns = readAxes(search.columns).slice(0, 2);
  const { sort, filter, q } = search;
  const fits =
    sort && sort.figure < figures.length && (!sort.column || sort.column.length === columns.length)
      ? { sort }
      : {};
  return {
    object,
    rows: readAxes(search.rows).slice(0, 3),
    columns,
    figures,
    ...fits,
    ...(filter && { filter }),
    ...(q && { q }),
  };
}
