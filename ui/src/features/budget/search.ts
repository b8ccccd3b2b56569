import type { CustomerObject } from '@/api';

/** What the page asks, as it stands in the address bar. */
export interface BudgetSearch {
  object?: CustomerObject;
  /** Saved groups; the ABC classes without any. */
  groups?: number[];
  total?: number;
  /** By name of the group: the least for each customer. */
  floors?: Record<string, number>;
  /** The number that says how satisfied a customer is; empty for none. */
  satisfaction?: string;
  /** By name of the group: the least mean satisfaction. */
  satisfied?: Record<string, number>;
}

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;

const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function byGroup(
  raw: unknown,
  fits: (value: unknown) => number | undefined,
): Record<string, number> | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const kept = Object.entries(raw).filter(([, value]) => fits(value) !== undefined);
  return kept.length ? (Object.fromEntries(kept) as Record<string, number>) : undefined;
}

/** Reads an address; what does not fit is dropped. */
export function readBudgetSearch(raw: Record<string, unknown>): BudgetSearch {
  const groups = Array.isArray(raw.groups) ? raw.groups.filter((id) => Number.isInteger(id)) : [];
  const search: BudgetSearch = {
    object: raw.object === 'company' || raw.object === 'person' ? raw.object : undefined,
    groups: groups.length ? (groups as number[]) : undefined,
    total: amount(raw.total),
    floors: byGroup(raw.floors, amount),
    satisfaction: typeof raw.satisfaction === 'string' ? raw.satisfaction : undefined,
    satisfied: byGroup(raw.satisfied, finite),
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** The floors with one of them changed; undefined takes it away. */
export function withOrWithout(
  floors: Record<string, number>,
  group: string,
  least: number | undefined,
): Record<string, number> | undefined {
  const others = Object.entries(floors).filter(([name]) => name !== group);
  const kept = least === undefined ? others : [...others, [group, least] as const];
  return kept.length ? Object.fromEntries(kept) : undefined;
}
