import { call } from './http';

export type Reach = 'none' | 'own' | 'team' | 'all';
export type Action = 'read' | 'create' | 'update' | 'delete';

/** What is not named is as the product comes. */
export type Rule = Partial<Record<Action, Reach>> & { hidden?: string[]; readonly?: string[] };
export type BoundRole = 'manager' | 'member' | 'reader';

/** Role, then record type or `*`. */
export type Rules = Partial<Record<BoundRole, Record<string, Rule>>>;

export const access = {
  read: () => call<Rules>('GET', '/access'),
  write: (rules: Rules) => call<Rules>('PUT', '/access', { json: rules }),
};
