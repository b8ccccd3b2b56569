import type { NewPolicy, Policy, Principles } from '@/api';

/** What the form holds; an empty place says nothing about that principle. */
export interface PolicyDraft extends Omit<NewPolicy, 'principles'> {
  principles: Principles;
}

export const FRESH: PolicyDraft = { principles: {}, precedence: 100, note: '' };

export function draftOf(policy: Policy | undefined): PolicyDraft {
  if (!policy) return FRESH;
  const { principles, precedence, note } = policy;
  return { principles, precedence, note };
}

/** What goes to the server: only principles that say something. */
export function policyOf({ principles, precedence, note }: PolicyDraft): NewPolicy {
  const said = Object.entries(principles).filter(([, value]) => value !== null && value !== undefined);
  return { principles: Object.fromEntries(said) as Principles, precedence, note: note.trim() };
}
