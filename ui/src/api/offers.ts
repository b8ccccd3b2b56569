import { call } from './http';
import type { Money } from './types';
import type { CustomerObject } from './types.insight';

interface Named {
  id: number;
  title: string | null;
}

export type OfferReason = 'offered' | 'not_eligible' | 'tired' | 'too_soon' | 'not_worth_it' | 'used_up';

export interface OfferGiven extends Named {
  group: Named;
  /** In its group. */
  eligible: number;
  /** It is the best for so many. */
  chosen: number;
  /** Expected of these together, after the cost of contacts. */
  value: Money;
  customers: (Named & { value: Money })[];
}

export interface Allocation {
  data: OfferGiven[];
  left: (Named & { reason: 'no_group' | 'other_object' | 'not_now' | 'other_currency' | 'group_blind' })[];
  reasons: Partial<Record<OfferReason, number>>;
}

export interface BestOffer {
  offer: Named | null;
  value: Money | null;
  reason: OfferReason;
}

export const nextOffers = {
  all: (object: CustomerObject) => call<Allocation>('GET', '/next-offers', { query: { object } }),
  of: (object: string, id: number) => call<BestOffer>('GET', `/next-offers/of/${object}/${id}`),
  group: async (id: number) => (await call<{ group: Named | null }>('GET', `/next-offers/${id}/group`)).group,
  setGroup: (id: number, group: number | null) =>
    call<{ group: Named | null }>('PUT', `/next-offers/${id}/group`, { json: { group } }),
};
