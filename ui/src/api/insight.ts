import { call } from './http';
import type {
  Base,
  Cohorts,
  CustomerObject,
  Dear,
  Distribution,
  InsightSettings,
  Pareto,
  Rfm,
  ValueFacts,
  Waterfall,
  Whale,
} from './types.insight';
import type { Clusters, Leaving, LeavingAsked } from './types.leaving';
import type { Baskets, Migration, NextOffers } from './types.moves';
import type { Job } from './types.work';

export const insight = {
  base: (object: CustomerObject) => call<Base>('GET', '/insight/base', { query: { object } }),
  pareto: (object: CustomerObject, measure?: string) =>
    call<Pareto>('GET', '/insight/pareto', { query: { object, measure } }),
  rfm: (object: CustomerObject) => call<Rfm>('GET', '/insight/rfm', { query: { object } }),
  cohorts: (object: CustomerObject) => call<Cohorts>('GET', '/insight/cohorts', { query: { object } }),
  distribution: (object: CustomerObject, measure?: string) =>
    call<Distribution>('GET', '/insight/distribution', { query: { object, measure } }),
  whale: (object: CustomerObject) => call<Whale>('GET', '/insight/whale', { query: { object } }),
  /** Of the customers whose net profit is known. */
  waterfall: (object: CustomerObject) =>
    call<Waterfall>('POST', '/insight/waterfall', { json: { object, known: true } }),
  dear: (object: CustomerObject) => call<Dear>('GET', '/insight/dear', { query: { object } }),
  value: (object: string, id: number) => call<ValueFacts>('GET', `/insight/value/${object}/${id}`),
  /** Who goes, learned from fields of the customers. */
  leaving: (asked: LeavingAsked, signal?: AbortSignal) =>
    call<Leaving>('POST', '/insight/churn-model', { json: asked, signal }),
  migration: (
    object: CustomerObject,
    asked: { field: string; from?: string; to?: string; measure?: string },
  ) => call<Migration>('GET', '/insight/migration', { query: { object, ...asked } }),
  /** Works out which classes customers had at the beginning of earlier months. */
  lookBack: (months: number) => call<Job>('POST', '/insight/migration/earlier', { json: { months } }),
  basket: (object: CustomerObject) => call<Baskets>('GET', '/insight/basket', { query: { object } }),
  nextOffers: (object: CustomerObject) =>
    call<NextOffers>('GET', '/insight/next-offers', { query: { object } }),
  clusters: (object: CustomerObject) => call<Clusters>('GET', '/insight/clusters', { query: { object } }),
  refresh: () => call<Job>('POST', '/insight/refresh'),
  settings: () => call<InsightSettings>('GET', '/insight/settings'),
  saveSettings: (settings: Partial<InsightSettings>) =>
    call<InsightSettings>('PUT', '/insight/settings', { json: settings }),
};
