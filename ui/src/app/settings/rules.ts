import type { BoundRole, Rule, Rules } from '@/api';

export const ANY = '*';

function named<T extends object>(all: T): T {
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && Object.keys(value as object).length > 0),
  ) as T;
}

/** The rules with one part of one of them changed; what is back to standard is not named any more. */
export function withRule(rules: Rules, role: BoundRole, type: string, part: Partial<Rule>): Rules {
  const rule = named({ ...rules[role]?.[type], ...part });
  return { ...rules, [role]: named({ ...rules[role], [type]: rule }) };
}
