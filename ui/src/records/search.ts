import type { Filter } from '@/api';

/** All that a list shows, as it stands in the address bar. */
export interface ListSearch {
  filter?: Filter;
  sort?: string;
  columns?: string;
  q?: string;
  trash?: boolean;
  /** The saved view that the list began as. */
  view?: number;
  /** The record open beside the list. */
  open?: number;
  /** The field that groups the summary. */
  group?: string;
  /** The form for a new record is open. */
  create?: boolean;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);
const id = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
const yes = (value: unknown): true | undefined => (value === true ? true : undefined);

function isFilter(value: unknown): value is Filter {
  if (typeof value !== 'object' || value === null) return false;
  const node = value as Record<string, unknown>;
  if ('and' in node || 'or' in node) {
    const parts = node.and ?? node.or;
    return Array.isArray(parts) && parts.every(isFilter);
  }
  if ('not' in node) return isFilter(node.not);
  if ('related' in node)
    return typeof node.related === 'string' && (node.filter === undefined || isFilter(node.filter));
  return typeof node.field === 'string' && typeof node.op === 'string';
}

/** Reads an address; what does not fit is dropped, so an old link still opens a list. */
export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const search: ListSearch = {
    filter: isFilter(raw.filter) ? raw.filter : undefined,
    sort: text(raw.sort),
    columns: text(raw.columns),
    q: raw.q === undefined || raw.q === null ? undefined : text(String(raw.q)),
    trash: yes(raw.trash),
    view: id(raw.view),
    open: id(raw.open),
    group: text(raw.group),
    create: yes(raw.create),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** What a saved view keeps of an address. */
export function viewQuery(search: ListSearch): Pick<ListSearch, 'filter' | 'sort' | 'columns'> {
  const { filter, sort, columns } = search;
  return { ...(filter && { filter }), ...(sort && { sort }), ...(columns && { columns }) };
}
