import type { Filter, Labels, Money, Value } from './types';
import type { ModelNote } from './types.leaving';

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
  /** Customers whose costs are not all known; their margin is not guessed. */
  margin_unknown?: number | null;
  /** The measure that the classes go by. */
  measure: string;
  classes: ValueClass[];
  alive: number | null;
  expected_value: Money | null;
  /** Null for who sees a part of the customers: it tells of all that was sold. */
  unassigned: { lines: number; invoices: number; amount: Money } | null;
  reconciliation: ReconciliationLine[];
  measures: { name: string; label: Labels }[];
  notes?: ModelNote[];
  run: { settings: InsightSettings; analyses: AnalysisRun[] } | null;
}

export interface ValueClass {
  class: string;
  count: number;
  share_customers: number;
  share_value: number;
  value: Money;
  filter: Filter;
}

/** What became of one kind of line of the sold: `counted` ones make up the net revenue of customers. */
export interface ReconciliationLine {
  code?: string;
  label: string;
  customer: 'company' | 'person' | 'trashed' | 'none';
  bucket: string;
  counted: boolean;
  lines: number;
  invoices: number;
  amount: Money;
}

export interface AnalysisRun {
  analysis: string;
  version: string;
  as_of: string;
  finished_at: string;
}

export interface Pareto {
  measure: string;
  /** Whether the reader sees every customer: only then a rank is a place on the curve. */
  whole: boolean;
  n: number;
  total: Money;
  currency: string;
  period: Period | null;
  points: ParetoPoint[];
  cuts: ParetoCut[];
  top20: { count: number; share_value: number };
  gini: number | null;
}

export interface ParetoPoint {
  rank: number;
  share_customers: number;
  share_value: number;
}

export interface ParetoCut extends ParetoPoint {
  class: string;
  /** Per cent of the total. */
  cut?: number;
  crosses: { id: number; title: string };
}

export interface Rfm {
  n: number;
  cells: RfmCell[];
  segments: { segment: string; count: number; value: Money; filter: Filter }[];
}

export interface RfmCell {
  r: number;
  f: number;
  count: number;
  value: Money;
  filter: Filter;
}

export interface Cohorts {
  cohorts: Cohort[];
}

export interface Cohort {
  month: string;
  size: number;
  filter: Filter;
  cells: CohortCell[];
}

export interface CohortCell {
  offset: number;
  month: string;
  retained: number;
  share: number;
  filter: Filter;
}

export interface Distribution {
  measure: string;
  n: number;
  bins: Bin[];
  median: string | null;
  mean: string | null;
}

/** Customers from `from` up to, not including, `to`. */
export interface Bin {
  from: string;
  to: string;
  count: number;
  filter: Filter;
}

export interface ValueFacts {
  as_of: string | null;
  facts: Fact[];
  waterfall?: { label: string; amount: Money }[];
}

export interface Fact {
  field: string;
  value: Value;
  method: string;
  version: string;
  reason: Reason | null;
  /** Between which values it lies, where that is known. */
  interval?: { low: Value; high: Value } | null;
}

/** Why a value is what it is: a code that the page puts into words, with the numbers of the sentence. */
export interface Reason {
  code: string;
  params: Record<string, Value>;
}

export interface InsightSettings {
  measure: string;
  cuts: [number, number];
  period: Period | null;
  as_of: string | null;
  cleaning: 'net' | 'textbook';
  crosser: 'in' | 'out';
  horizon_days: number;
  /** A share of one; stands in only where the cost is not known. */
  assumed_margin?: number | null;
}

export interface WhalePoint {
  rank: number;
  share_customers: number;
  /** Added up to here. */
  profit: string;
  share_profit: number | null;
}

export interface WhalePart {
  part: 'best_20' | 'middle_70' | 'worst_10';
  count: number;
  profit: Money;
  share_profit: number | null;
}

/** Net profit added up, best customers first. */
export interface Whale {
  as_of: string | null;
  currency: string;
  n: number;
  total: Money | null;
  unknown: { count: number; filter: Filter };
  points: WhalePoint[];
  top: { rank: number; profit: Money; share_profit: number | null } | null;
  parts: WhalePart[];
}

export interface Bar {
  bar: string;
  /** The field of the customer that holds it. */
  field: string;
  /** Null where it is unknown for some of them; then `known_amount` is that of the others. */
  amount: Money | null;
  known_amount: Money;
  unknown: { count: number; filter: Filter };
}

/** From gross sales to net profit; the bars sum to the last one. */
export interface Waterfall {
  as_of: string | null;
  currency: string;
  customers: { count: number; filter: Filter };
  not_costed: string[];
  bars: Bar[];
}

export interface Dear {
  count: number;
  filter: Filter;
  cost_to_serve: Money | null;
  net_profit: Money | null;
  mean_of_a: Money | null;
}
