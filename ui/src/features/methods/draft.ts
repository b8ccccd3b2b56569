import type { MethodSetting } from '@/api';

/** What the form holds, by name of the setting; numbers that are being typed may be ''. */
export type SettingsDraft = Record<string, unknown>;

export interface Problem {
  key: string;
  low?: number;
  high?: number;
}

export function draftOf(settings: MethodSetting[]): SettingsDraft {
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

function bounds({ low, high }: MethodSetting): Problem {
  if (low !== null && high !== null) return { key: 'methods.wrong.between', low, high };
  return low !== null ? { key: 'methods.wrong.least', low } : { key: 'methods.wrong.most', high: high ?? 0 };
}

function numberProblem(setting: MethodSetting, value: unknown): Problem | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return { key: 'methods.wrong.number' };
  if (setting.kind === 'integer' && !Number.isInteger(value)) return { key: 'methods.wrong.whole' };
  const { low, high } = setting;
  return (low !== null && value < low) || (high !== null && value > high) ? bounds(setting) : null;
}

function cutsProblem(setting: MethodSetting, cuts: unknown[]): Problem | null {
  for (const cut of cuts) {
    const problem = numberProblem(setting, cut);
    if (problem) return problem;
  }
  const rising = cuts.every((cut, at) => at === 0 || Number(cut) > Number(cuts[at - 1]));
  return rising ? null : { key: 'methods.wrong.rising' };
}

function weightsProblem(setting: MethodSetting, weights: Record<string, unknown>): Problem | null {
  if (Object.keys(weights).length === 0 || '' in weights) return { key: 'methods.wrong.field' };
  return Object.values(weights).reduce<Problem | null>(
    (found, weight) => found ?? numberProblem(setting, weight),
    null,
  );
}

/** Why a value cannot be kept, by the same bounds that the server asks. */
export function problemOf(setting: MethodSetting, value: unknown): Problem | null {
  if (value === null || value === '')
    return setting.default === null ? null : { key: 'methods.wrong.needed' };
  if (setting.kind === 'integer' || setting.kind === 'number') return numberProblem(setting, value);
  if (setting.kind === 'cuts') return cutsProblem(setting, value as unknown[]);
  if (setting.kind === 'weights') return weightsProblem(setting, value as Record<string, unknown>);
  if (setting.kind === 'period') {
    const { from, to } = value as { from: string | null; to: string | null };
    return from && to && from <= to ? null : { key: 'methods.wrong.period' };
  }
  return null;
}

export function problemsOf(settings: MethodSetting[], draft: SettingsDraft): Record<string, Problem> {
  const found: Record<string, Problem> = {};
  for (const setting of settings) {
    const problem = problemOf(setting, draft[setting.name]);
    if (problem) found[setting.name] = problem;
  }
  return found;
}

/** Only what differs from the values in force goes to the server. */
export function changed(settings: MethodSetting[], draft: SettingsDraft): SettingsDraft {
  const differs = settings.filter(({ name, value }) => {
    const empty = draft[name] === '' ? null : draft[name];
    return JSON.stringify(empty) !== JSON.stringify(value);
  });
  return Object.fromEntries(differs.map(({ name }) => [name, draft[name] === '' ? null : draft[name]]));
}
