import { call } from './http';

export type ServiceLevel = 'self_service' | 'standard' | 'preferred' | 'premium';
export type Channel = 'visit' | 'phone' | 'email' | 'online' | 'partner';

/** How the members of a group are treated; what is left out is not said. */
export interface Principles {
  service_level?: ServiceLevel | null;
  /** One contact in so many days at least. */
  contact_days?: number | null;
  channel?: Channel | null;
  /** Per cent that may be granted unasked. */
  max_discount?: number | null;
  credit_days?: number | null;
  owner?: number | null;
  team?: number | null;
}

export interface NewPolicy {
  principles: Principles;
  /** Of two groups the one of the lower number decides. */
  precedence: number;
  note: string;
}

interface Named {
  id: number;
  title: string | null;
}

export interface Policy extends NewPolicy {
  /** Of the group, a saved view. */
  id: number;
  name: string;
  object: string;
  at: string;
  by: Named | null;
}

export interface Ruling {
  principle: keyof Principles;
  value: string | number;
  group: Named;
  precedence: number;
  overruled: Named[];
}

export const policies = {
  list: async () => (await call<{ data: Policy[] }>('GET', '/policies')).data,
  put: (group: number, policy: NewPolicy) => call<Policy>('PUT', `/policies/${group}`, { json: policy }),
  remove: (group: number) => call<null>('DELETE', `/policies/${group}`),
  of: (object: string, id: number) =>
    call<{ data: Ruling[]; groups: Named[]; withheld: number }>('GET', `/policies/of/${object}/${id}`),
};
