import { call } from './http';
import type { CustomerObject } from './types.insight';

export type RoundState = 'open' | 'sealed' | 'waived' | 'missed' | 'looking_on';

interface Named {
  id: number;
  title: string | null;
}

export interface NewRound {
  name: string;
  object: CustomerObject;
  starts_on: string;
  ends_on: string;
  seal_by: string;
  participants: number[];
  measure: string;
  /** Amounts of invoices, payments and deals are out of sight too. */
  hide_amounts: boolean;
}

export interface Round extends Omit<NewRound, 'participants'> {
  id: number;
  opened_at: string;
  by: Named | null;
  /** Mine. */
  state: RoundState;
  may_look: boolean;
  ranked_at: string | null;
  customers: number | null;
}

export interface RoundParticipant {
  user: Named;
  state: Exclude<RoundState, 'looking_on'>;
  sealed_at: string | null;
  hash: string | null;
}

export interface WholeRound extends Round {
  participants: RoundParticipant[];
}

/** A customer of a comparison; rank and value are null where the ranking does not know it. */
export interface RankedCustomer extends Named {
  rank: number | null;
  value: string | null;
  place: number | null;
  note: string;
}

export interface Comparison {
  ranked_at: string | null;
  hash: string;
  /** The list still has the hash with which it was sealed. */
  intact: boolean;
  size: number;
  agreed: number;
  share: number | null;
  hidden: number;
  both: RankedCustomer[];
  only_gut: RankedCustomer[];
  only_data: RankedCustomer[];
  currency: string | null;
  total: string | null;
  gut_value: string | null;
  data_value: string | null;
  /** What the best bring more than those that were named. */
  at_stake: string | null;
}

export interface RoundStanding {
  round: number;
  name: string;
  starts_on: string;
  ends_on: string;
  size: number;
  agreed: number;
  share: number | null;
  currency: string | null;
  at_stake: string | null;
}

const ROUNDS = '/key-customers/rounds';

export const keyCustomers = {
  rounds: async () => (await call<{ data: Round[] }>('GET', ROUNDS)).data,
  open: (round: NewRound) => call<WholeRound>('POST', ROUNDS, { json: round }),
  read: (id: number) => call<WholeRound>('GET', `${ROUNDS}/${id}`),
  /** The most important first; for good. */
  seal: (id: number, picks: { id: number; note: string }[], note: string) =>
    call<object>('POST', `${ROUNDS}/${id}/list`, { json: { picks, note } }),
  waive: (id: number) => call<WholeRound>('POST', `${ROUNDS}/${id}/waiver`),
  comparison: (id: number, user?: number) =>
    call<Comparison>('GET', `${ROUNDS}/${id}/comparison`, { query: { user } }),
  history: async () => (await call<{ data: RoundStanding[] }>('GET', '/key-customers/history')).data,
};
