import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import {
  costing,
  insight,
  keys,
  views,
  type BudgetAsked,
  type CustomerObject,
  type FieldSpec,
  type SavedView,
} from '@/api';
import { useCatalogue } from '@/catalogue';
import type { BudgetSearch } from './search';

const PAUSE_MS = 120;
export const CUSTOMERS: CustomerObject[] = ['company', 'person'];
const CLASSES = ['A', 'B', 'C'];

export type SetBudget = (change: Partial<BudgetSearch>) => void;

/** The address as state: read it, change parts of it. */
export function useBudgetSearch(): [BudgetSearch, SetBudget] {
  const search: BudgetSearch = useSearch({ from: '/inside/budget' });
  const navigate = useNavigate({ from: '/budget' });
  const set = useCallback(
    (change: Partial<BudgetSearch>) =>
      void navigate({
        to: '.',
        search: (now) => ({ ...now, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, set];
}

/** The kind of customer to look at where the address does not say: the first that has any. */
export function useKind(wanted: CustomerObject | undefined): CustomerObject | undefined {
  const found = useQueries({
    queries: CUSTOMERS.map((object) => ({
      queryKey: keys.insightOf('base', object),
      queryFn: () => insight.base(object),
      enabled: !wanted,
    })),
  });
  if (wanted) return wanted;
  if (found.some(({ isPending }) => isPending)) return undefined;
  return CUSTOMERS[
    Math.max(
      0,
      found.findIndex(({ data }) => (data?.customers ?? 0) > 0),
    )
  ];
}

/** What is asked: the chosen groups or the ABC classes, with their floors. */
export function askedOf(
  object: CustomerObject,
  search: BudgetSearch,
  groups: SavedView[],
  satisfaction: string | undefined,
): BudgetAsked {
  const chosen = groups.filter(({ id }) => search.groups?.includes(id));
  const plain = chosen.length
    ? chosen.map(({ name, query }) => ({ name, filter: query.filter }))
    : CLASSES.map((name) => ({ name, filter: { field: 'abc_class', op: 'eq' as const, value: name } }));
  return {
    object,
    groups: plain.map((group) => ({
      ...group,
      floor: search.floors?.[group.name] ?? 0,
      ...(satisfaction ? { satisfaction: search.satisfied?.[group.name] } : {}),
    })),
    total: search.total,
    ...(satisfaction ? { satisfaction } : {}),
  };
}

const SOUNDS_LIKE = /satisf|nps|csat/;
const NUMBERS = ['integer', 'decimal', 'percent'];

export interface Satisfaction {
  /** What may say how satisfied a customer is: numbers that people gave, or that are worked out of those. */
  fields: FieldSpec[];
  chosen: string | undefined;
}

/** The number that was chosen, else the first that sounds like one. */
export function useSatisfaction(
  object: CustomerObject | undefined,
  wanted: string | undefined,
): Satisfaction {
  const all = useCatalogue().object(object ?? 'company')?.fields ?? [];
  const fields = all.filter(({ type, kind }) => kind !== 'insight' && NUMBERS.includes(type));
  const known = fields.find(({ name }) => (wanted === undefined ? SOUNDS_LIKE.test(name) : name === wanted));
  return { fields, chosen: known?.name };
}

export function useGroups(object: CustomerObject | undefined): SavedView[] {
  const { data = [] } = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  return data.filter((view) => view.kind === 'group' && view.object === object);
}

/** The groups as they are today and the proposal. While a slider moves, the answer of before stays on the page. */
export function useBudget(object: CustomerObject | undefined, search: BudgetSearch) {
  const groups = useGroups(object);
  const { chosen } = useSatisfaction(object, search.satisfaction);
  const [slow] = useDebouncedValue(search, PAUSE_MS, { leading: true });
  const asked = askedOf(object ?? 'company', slow, groups, chosen);
  return useQuery({
    queryKey: keys.budget(asked),
    queryFn: ({ signal }) => costing.budget(asked, signal),
    enabled: object !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
