import { address, call } from './http';
import type { CustomerObject, Waterfall } from './types.insight';
import type { Budget, BudgetAsked, NewRate, Rates, RowsBehind } from './types.costing';

export const costing = {
  rates: () => call<Rates>('GET', '/costing/rates'),
  /** Adds to the history; they hold from the next refresh. */
  addRates: (rates: NewRate[]) => call<Rates>('PUT', '/costing/rates', { json: { rates } }),
  /** Of one customer; 404 where nothing of theirs was worked out. */
  waterfallOf: (object: CustomerObject, id: number) =>
    call<Waterfall>('POST', '/insight/waterfall', { json: { object, id } }),
  rowsBehind: (object: CustomerObject, id: number, bar: string, offset: number, limit: number) =>
    call<RowsBehind>('GET', '/insight/waterfall/rows', { query: { object, id, bar, offset, limit } }),
  rowsAddress: (object: CustomerObject, id: number, bar: string) =>
    address('/insight/waterfall/rows/file', { object, id, bar }),
  budget: (asked: BudgetAsked, signal?: AbortSignal) =>
    call<Budget>('POST', '/insight/budget', { json: asked, signal }),
};
