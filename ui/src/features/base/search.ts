import type { CustomerObject } from '@/api';

/** What the customer-base page shows, as it stands in the address bar. */
export interface BaseSearch {
  object?: CustomerObject;
  measure?: string;
}

export function readBaseSearch(raw: Record<string, unknown>): BaseSearch {
  return {
    ...(raw.object === 'company' || raw.object === 'person' ? { object: raw.object } : {}),
    ...(typeof raw.measure === 'string' ? { measure: raw.measure } : {}),
  };
}
