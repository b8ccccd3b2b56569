import type { Filter } from './types';
import type { CustomerObject } from './types.insight';

/** A remark of a model: the page has words for the code; `words` is the sentence in English. */
export interface ModelNote {
  code: string;
  params: Record<string, string | number>;
  words: string;
}

/** A group that the data make, with the median of each field. */
export interface Cluster {
  number: number;
  filter: Filter;
  customers: number;
  medians: Record<string, number | null>;
}

export interface Clusters {
  object: CustomerObject;
  as_of: string | null;
  /** What they are alike in: chosen fields, or how they buy. */
  by: 'fields' | 'buying';
  features: string[];
  /** How alike the groups come out when the customers are drawn again; 1 is always the same. */
  stability: number | null;
  silhouette: number | null;
  stable: boolean;
  needed: number;
  notes: ModelNote[];
  all: { customers: number; medians: Record<string, number | null> } | null;
  clusters: Cluster[];
  currency: string;
}

export interface LeavingAsked {
  object: CustomerObject;
  /** The field that says who went, and the value of those who did. */
  target: string;
  gone: string;
  without?: string[];
  tenure?: string;
}

/** Odds of going times `odds_ratio` for `step` more of a number, or for `level` rather than `reference`. */
export interface Effect {
  feature: string;
  level: string | null;
  reference: string | null;
  unknown: boolean;
  step: number;
  odds_ratio: number;
  log_odds: number;
}

/** A tenth of the customers by chance: what was foreseen and what came. */
export interface CalibrationBin {
  rows: number;
  foreseen: number;
  came: number;
}

export interface Quality {
  how: 'time' | 'folds';
  rows: number;
  events: number;
  auc: number;
  average_precision: number;
  brier: number;
  lift: number;
  calibration: CalibrationBin[];
}

export interface SurvivalPoint {
  time: number;
  at_risk: number;
  survival: number;
  lower: number;
  upper: number;
}

export interface Survival {
  /** The field that says how long somebody has been a customer. */
  tenure: string;
  n: number;
  median: number | null;
  points: SurvivalPoint[];
  notes: ModelNote[];
}

export interface Leaving {
  object: CustomerObject;
  target: string;
  gone: string;
  features: string[];
  n: number;
  events: number;
  effects: Effect[];
  quality: Quality | null;
  notes: ModelNote[];
  survival?: Survival;
}
