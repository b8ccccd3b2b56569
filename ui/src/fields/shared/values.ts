import type { FilterValue } from '@/api';

export function asList(value: FilterValue | undefined): (string | number)[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' || typeof value === 'number' ? [value] : [];
}

export function asText(value: FilterValue | undefined): string {
  return Array.isArray(value) || value === undefined ? '' : String(value);
}

/** The two ends of a range; an end that is not set yet is empty. */
export function asRange(value: FilterValue | undefined): [string, string] {
  const [from = '', to = ''] = asList(value).map(String);
  return [from, to];
}

/** A range as a filter value; nothing until both ends are there. */
export function range(from: string, to: string): FilterValue | undefined {
  return from || to ? [from, to] : undefined;
}
