import type { CustomerObject } from '@/api';

/** What the page asks, as it stands in the address bar. */
export interface BudgetSearch {
  object?: CustomerObject;
  /** Saved groups; the ABC classes without any. */
  groups?: number[];
  total?: number;
  /** By name of the group: the least for each customer. */
  floors?: Record<string, number>;
}

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;

function floorsOf(raw: unknown): Record<string, number> | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const kept = Object.entries(raw).filter(([, value]) => amount(value) !== undefined);
  return kept.length ? (Object.fromEntries(kept) as Record<string, number>) : undefined;
}

/** Reads an address; what does not fit is dropped. */
export function readBudgetSearch(raw: Record<string, unknown>): BudgetSearch {
  const groups = Array.isArray(raw.groups) ? raw.groups.filter((id) => Number.isInteger(id)) : [];
  const search: BudgetSearch = {
    object: raw.object === 'company' || raw.object === 'person' ? raw.object : undefined,
    groups: groups.length ? (groups as number[]) : undefined,
    total: amount(raw.total),
    floors: floorsOf(raw.floors),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
