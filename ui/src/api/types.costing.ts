import type { Filter, Money } from './types';
import type { CustomerObject } from './types.insight';

export type RateUnit = 'hour' | 'each' | 'per_cent_year';

export interface NewRate {
  driver: string;
  unit: RateUnit;
  /** Null ends the pricing from that day. */
  amount: string | null;
  valid_from: string;
  /** What a piece of work lasts where no duration was logged. */
  minutes?: string | null;
  note?: string | null;
}

export interface Rate extends Required<NewRate> {
  id: number;
  currency: string;
  set_at: string;
  set_by_name: string | null;
  in_force: boolean;
}

export interface Rates {
  version: number;
  now: Rate[];
  /** Every rate ever set, the newest first. */
  history: Rate[];
  drivers: Record<string, RateUnit[]>;
}

/** One record behind a bar, and how it was priced. */
export interface RowBehind {
  object: string;
  id: number;
  title: string | null;
  /** Null where the reader may not know it. */
  day: string | null;
  amount: Money | null;
  driver: string | null;
  unit: RateUnit | null;
  rate: number | null;
  quantity: number | null;
}

export interface RowsBehind {
  bar: string;
  as_of: string | null;
  amount: Money | null;
  sum: Money;
  /** Records were edited since the refresh: the sum is not the bar any more. */
  changed: boolean;
  rows: number;
  unknown: number;
  hidden: { rows: number; sum: Money };
  data: RowBehind[];
}

export interface BudgetGroup {
  name: string;
  filter?: Filter;
  /** The least for each customer. */
  floor?: number;
  /** The least mean satisfaction. */
  satisfaction?: number;
}

export interface BudgetAsked {
  object: CustomerObject;
  groups?: BudgetGroup[];
  total?: number;
  spend?: string;
  outcome?: string;
  satisfaction?: string;
}

export type Evidence = 'association' | 'judgement' | 'experiment';

/** How the outcome of one customer rises with what is spent on them. */
export interface Response {
  kind?: 'exponential' | 'concave';
  c?: number;
  k?: number;
  worth?: number;
  best?: number;
  slopes?: number[];
  widths?: number[];
  start?: number;
  r2: number | null;
  seen: { from: number; to: number };
  warnings: string[];
  /** Customers gathered by what they cost, for the eye. */
  points: { spend: number; outcome: number; customers: number }[];
  /** Why there is no curve. */
  refused: string | null;
}

interface Spent {
  each: Money;
  all: Money;
}

export interface BudgetShare {
  name: string;
  filter: Filter;
  customers: number;
  /** Those whose spend and outcome are both known. */
  known: number;
  /** Those with an amount in another currency than the figures; not known, then. */
  other_currency: number;
  brings: Money;
  net_profit: Money | null;
  net_profit_unknown: number;
  /** `reached`: whether customers were ever as satisfied as asked; null where nothing was asked. */
  satisfaction: { mean: number | null; rated: number; reached: boolean | null };
  today: Spent;
  proposal: Spent;
  change: Money;
  gain: Money;
  floor: Money;
  floor_binds: boolean;
  response: Response;
  evidence: Evidence;
}

export interface Budget {
  as_of: string | null;
  currency: string;
  total: Money;
  groups: BudgetShare[];
  today: Money;
  spent: Money;
  /** What the proposal earns more than today's spend. */
  gain: Money;
  /** What the last unit of money spent brings. */
  marginal_return: number | null;
  evidence: Evidence;
}
