import type { InsightSettings } from '@/api';

/** What the form holds: every value as an input keeps it. */
export interface SettingsDraft {
  measure: string;
  first: number | '';
  second: number | '';
  from: string | null;
  to: string | null;
  asOf: string | null;
  cleaning: 'net' | 'textbook';
  crosser: 'in' | 'out';
  horizon: number | '';
  /** Per cent; empty where costs are not assumed. */
  assumed: number | '';
}

export function draftOf(settings: InsightSettings): SettingsDraft {
  return {
    measure: settings.measure,
    first: settings.cuts[0],
    second: settings.cuts[1],
    from: settings.period?.from ?? null,
    to: settings.period?.to ?? null,
    asOf: settings.as_of,
    cleaning: settings.cleaning,
    crosser: settings.crosser,
    horizon: settings.horizon_days,
    assumed:
      settings.assumed_margin === null || settings.assumed_margin === undefined
        ? ''
        : Math.round(settings.assumed_margin * 10_000) / 100,
  };
}

/** Why the draft cannot be saved yet: keys of messages by field. */
export function problemsOf(draft: SettingsDraft): Record<string, string> {
  const problems: Record<string, string> = {};
  const { first, second, from, to, horizon } = draft;
  if (first === '' || second === '' || first <= 0 || second >= 100 || first >= second)
    problems.cuts = 'insight.cutsWrong';
  if (Boolean(from) !== Boolean(to) || (from && to && from > to)) problems.period = 'insight.periodWrong';
  if (horizon === '' || horizon < 1 || horizon > 3650) problems.horizon_days = 'insight.horizonWrong';
  return problems;
}

/** What goes to the server: only what was changed, so that nothing which others change meanwhile is taken back. */
export function changedSettings(settings: InsightSettings, draft: SettingsDraft): Partial<InsightSettings> {
  const before = settingsOf(draftOf(settings));
  const differs = Object.entries(settingsOf(draft)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof InsightSettings]),
  );
  return Object.fromEntries(differs);
}

/** Only a draft without problems has a meaning. */
export function settingsOf(draft: SettingsDraft): Partial<InsightSettings> {
  return {
    measure: draft.measure,
    cuts: [Number(draft.first), Number(draft.second)],
    period: draft.from && draft.to ? { from: draft.from, to: draft.to } : null,
    as_of: draft.asOf,
    cleaning: draft.cleaning,
    crosser: draft.crosser,
    horizon_days: Number(draft.horizon),
    assumed_margin: draft.assumed === '' ? null : draft.assumed / 100,
  };
}
