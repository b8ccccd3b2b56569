import type { CustomerObject } from '@/api';

export interface ClustersSearch {
  object?: CustomerObject;
}

/** Reads an address; what does not fit is dropped. */
export function readClustersSearch({ object }: Record<string, unknown>): ClustersSearch {
  return object === 'company' || object === 'person' ? { object } : {};
}
