import { address, call } from './http';
import type { Filter } from './types';

export type SuccessKind = 'purchase' | 'won_deal' | 'activity' | 'filter';
export type Decision = 'roll_out' | 'adjust' | 'repeat' | 'stop';

export interface NewAction {
  /** A saved view of companies or people. */
  group: number;
  name: string;
  success: { kind: SuccessKind; days: number; activity?: string; filter?: Filter };
  /** Of one contact, in the currency of the workspace. */
  cost: string;
  /** Part of one. */
  control_share: number;
  margin_share?: number;
}

export interface GroupSizes {
  members: number;
  treated: number;
  control: number;
  /** In the control group of another action that still runs. */
  held_out: number;
}

interface Named {
  id: number;
  title: string | null;
}

export interface Action {
  id: number;
  group: Named;
  object: string;
  name: string;
  cost: string;
  currency: string;
  success: NewAction['success'];
  control_share: number;
  starts_on: string;
  ends_on: string;
  running: boolean;
  /** How many were drawn; null where not all customers may be seen. */
  treated: number | null;
  control: number | null;
  /** The group was chosen by fields that are hidden here. */
  withheld: boolean;
  created_at: string;
  by: Named;
  decided: { decision: Decision; note: string; at: string; by: Named } | null;
}

export interface ActionGroup {
  drawn: number | null;
  rows: number;
  successes: number;
  rate: number | null;
  revenue: string;
}

export interface Interval {
  amount: string;
  lower: string;
  upper: string;
}

export interface ActionResult {
  as_of: string;
  final: boolean;
  currency: string;
  treated: ActionGroup;
  control: ActionGroup;
  partial: boolean;
  sample_ratio: { p: number; planned: number; holds: boolean };
  uplift: { difference: number; lower: number; upper: number; p: number } | null;
  revenue: Interval | null;
  profit: Interval | null;
  certain: boolean;
  notes: { code: string; params: Record<string, number> }[];
}

export const actions = {
  list: async (group?: number) =>
    (await call<{ data: Action[] }>('GET', '/actions', { query: { group } })).data,
  preview: (wanted: NewAction) => call<GroupSizes>('POST', '/actions/preview', { json: wanted }),
  begin: (wanted: NewAction) => call<Action>('POST', '/actions', { json: wanted }),
  read: (id: number) => call<Action>('GET', `/actions/${id}`),
  result: (id: number) => call<ActionResult>('GET', `/actions/${id}/result`),
  decide: (id: number, decision: Decision, note: string) =>
    call<Action>('PUT', `/actions/${id}/decision`, { json: { decision, note } }),
  /** Those to be contacted, as CSV. */
  worklistAddress: (id: number) => address(`/actions/${id}/worklist/file`),
};
