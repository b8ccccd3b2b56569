import { call, callFile } from './http';
import type { Filter, Money } from './types';

export type PivotStep = 'value' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'band';
export type FigureFunction = 'count' | 'sum' | 'mean' | 'min' | 'max';

export interface PivotAxis {
  /** A name, one of a linked record (`company.country`), or the currency of an amount (`total.currency`). */
  field: string;
  by: PivotStep;
  /** Where bands begin, rising. */
  edges?: string[];
}

export interface PivotFigure {
  function: FigureFunction;
  field?: string;
}

export type PivotKey = string | number | boolean | null;

export interface PivotSort {
  figure: number;
  /** The keys of a column; without them the totals. */
  column?: PivotKey[];
  descending: boolean;
}

export interface PivotAsked {
  object: string;
  rows: PivotAxis[];
  columns: PivotAxis[];
  figures: PivotFigure[];
  sort?: PivotSort;
  filter?: Filter;
  q?: string;
}

/** A number, a decimal as text, an amount; null where there is nothing to add up. */
export type PivotValue = number | string | Money | null;

export interface PivotHead {
  keys: PivotKey[];
  labels: (string | null)[];
  spans: ([string | null, string | null] | null)[];
  /** Conditions that hold for exactly its records. */
  filter: Filter[];
}

export interface PivotRow extends PivotHead {
  cells: (PivotValue[] | null)[];
  total: PivotValue[];
}

export interface Pivot {
  count: number;
  columns: PivotHead[];
  rows: PivotRow[];
  totals: PivotValue[][];
  total: PivotValue[];
  currencies: Record<string, string[]>;
}

export const pivots = {
  read: (asked: PivotAsked, signal?: AbortSignal) => call<Pivot>('POST', '/pivots', { json: asked, signal }),
  file: (asked: PivotAsked, language: string) =>
    callFile('POST', '/pivots/file', { json: { ...asked, language } }),
};
