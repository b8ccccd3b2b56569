import type { Filter, Money } from './types';
import type { ModelNote } from './types.leaving';

export interface MovedCell {
  /** Null is no class. */
  before: string | null;
  after: string | null;
  count: number;
  value: Money | null;
  filter: Filter;
}

/** Who moved from which class to which between two days. */
export interface Migration {
  field: string;
  from: string | null;
  to: string | null;
  /** The newest days on which a class changed. */
  days: string[];
  classes: string[];
  cells: MovedCell[];
}

export interface BasketRule {
  given: { id: number; title: string }[];
  then: { id: number; title: string };
  baskets: number;
  support: number;
  confidence: number;
  lift: number;
  /** Who bought the one and not yet the other. */
  filter: Filter;
}

export interface Baskets {
  as_of: string | null;
  /** Only who sees every customer is told the rules. */
  hidden: boolean;
  baskets: number;
  notes: ModelNote[];
  rules: BasketRule[];
}

export interface NextOffer {
  product: string;
  count: number;
  chance: number;
  value: Money;
  filter: Filter;
}

export interface NextOffers {
  as_of: string | null;
  currency: string;
  customers: number;
  value: Money;
  filter: Filter;
  value_of: 'margin' | 'revenue' | null;
  days: number | null;
  /** How often proposals came true in a time that the model had not seen, beside those of the favourites. */
  quality: { method: string; at: number; hit: number; customers: number }[];
  notes: ModelNote[];
  products: NextOffer[];
}
