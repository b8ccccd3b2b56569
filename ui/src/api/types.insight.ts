import type { Filter, Labels, Money, Value } from './types';

export type CustomerObject = 'company' | 'person';

export interface Period {
  from: string;
  to: string;
}

export interface Base {
  as_of: string | null;
  currency: string;
  period: Period | null;
  customers: number;
  revenue_net: Money;
  margin: Money | null;
  classes: {
    class: string;
    count: number;
    share_customers: number;
    share_value: number;
    value: Money;
    filter: Filter;
  }[];
  alive: number | null;
  expected_value: Money | null;
  unassigned: { lines: number; invoices: number; amount: Money };
  reconciliation: { label: Labels | string; lines: number; amount: Money }[];
  measures: { name: string; label: Labels }[];
  run: unknown;
}

export interface Pareto {
  n: number;
  total: Money;
  currency: string;
  period: Period | null;
  points: { rank: number; share_customers: number; share_value: number }[];
  cuts: {
    class: string;
    rank: number;
    share_customers: number;
    share_value: number;
    crosses: { id: number; title: string };
  }[];
  top20: { count: number; share_value: number };
  gini: number;
}

export interface Rfm {
  n: number;
  cells: { r: number; f: number; count: number; value: Money; filter: Filter }[];
  segments: { segment: string; count: number; value: Money; filter: Filter }[];
}

export interface Cohorts {
  cohorts: {
    month: string;
    size: number;
    filter: Filter;
    cells: { offset: number; month: string; retained: number; share: number; filter: Filter }[];
  }[];
}

export interface Distribution {
  n: number;
  bins: { from: number | string; to: number | string; count: number; filter: Filter }[];
  median: number | string;
  mean: number | string;
}

export interface ValueFacts {
  as_of: string | null;
  facts: {
    field: string;
    value: Value;
    method: string;
    version: string;
    reason: { code: string; params: Record<string, Value> } | null;
  }[];
  waterfall?: { label: string; amount: Money }[];
}

export interface InsightSettings {
  measure: string;
  cuts: [number, number];
  period: Period | null;
  as_of: string | null;
  cleaning: 'net' | 'textbook';
  crosser: 'in' | 'out';
  horizon_days: number;
}
