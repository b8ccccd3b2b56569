import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { insight, keys, records, type Base, type CustomerObject } from '@/api';
import { useCatalogue } from '@/catalogue';

export const CUSTOMERS: CustomerObject[] = ['company', 'person'];

export const baseQuery = (object: CustomerObject) => ({
  queryKey: keys.insightOf('base', object),
  queryFn: () => insight.base(object),
});

export interface Bases {
  object: CustomerObject;
  base: Base | undefined;
  /** Customers of each kind, once known. */
  counts: Partial<Record<CustomerObject, number>>;
  pending: boolean;
  error: Error | null;
  reload: () => void;
}

/** The kind of customer to show where the address does not say: the first that has any. */
export function firstWithCustomers(counts: Bases['counts']): CustomerObject {
  return CUSTOMERS.find((object) => (counts[object] ?? 0) > 0) ?? 'company';
}

/**
 * What the page measures by unless told: as the settings say, or revenue where that is none of its measures (a number
 * that people entered); won deals where nothing else was sold.
 */
export function shownMeasure(base: Pick<Base, 'measure' | 'classes' | 'measures'> | undefined): string {
  if (!base) return 'revenue_net';
  const known = base.measures.map(({ name }) => name);
  if (base.classes.length === 0 && known.includes('won_value')) return 'won_value';
  return known.includes(base.measure) ? base.measure : (known[0] ?? base.measure);
}

/** The base of the chosen kind of customer, and how many of each kind there are. */
export function useBases(wanted: CustomerObject | undefined): Bases {
  const found = useQueries({ queries: CUSTOMERS.map(baseQuery) });
  const counts = Object.fromEntries(
    CUSTOMERS.map((object, index) => [object, found[index]?.data?.customers]),
  );
  const object = wanted ?? firstWithCustomers(counts);
  const own = found[CUSTOMERS.indexOf(object)] as UseQueryResult<Base>;
  const undecided = !wanted && found.some(({ isPending }) => isPending);
  return {
    object,
    base: undecided ? undefined : own.data,
    counts,
    pending: undecided || own.isPending,
    error: own.error,
    reload: () => void own.refetch(),
  };
}

/** Whether anything was sold at all: tells an empty workspace from one that was never refreshed. */
export function useAnythingSold(enabled: boolean): boolean | undefined {
  const catalogue = useCatalogue();
  const sources = ['invoice', 'deal'].flatMap((name) => catalogue.object(name) ?? []);
  const found = useQueries({
    queries: sources.map(({ name, plural }) => ({
      queryKey: keys.list(name, { limit: 1 }),
      queryFn: () => records.list(plural, { limit: 1 }),
      enabled,
    })),
  });
  if (found.some(({ data }) => data && data.data.length > 0)) return true;
  return found.some(({ isPending }) => isPending) ? undefined : false;
}

export function useInsight<T>(
  question: string,
  object: CustomerObject,
  ask: () => Promise<T>,
  more: object = {},
): UseQueryResult<T> {
  return useQuery({
    queryKey: keys.insightOf(question, object, more),
    queryFn: ask,
    placeholderData: (before: T | undefined, query) =>
      query?.queryKey[2] === object ? (before as never) : undefined,
  });
}
