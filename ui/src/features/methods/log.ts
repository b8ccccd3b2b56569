import type { MethodRun, SettingChange } from '@/api';
import { tells } from './state';

/** What happened to a method: a run for all kinds of customers, or a decision. */
export type Entry =
  { kind: 'run'; at: string; runs: MethodRun[] } | { kind: 'change'; at: string; change: SettingChange };

/** Runs of one refresh are one entry: they ended in the same moment. */
function together(runs: MethodRun[]): Entry[] {
  const byTime = new Map<string, MethodRun[]>();
  for (const run of runs) byTime.set(run.finished_at, [...(byTime.get(run.finished_at) ?? []), run]);
  return [...byTime].map(([at, found]) => {
    const told = found.filter(tells);
    return { kind: 'run', at, runs: told.length > 0 ? told : found.slice(0, 1) };
  });
}

/** Runs and decisions of a method, the newest first. */
export function entriesOf(runs: MethodRun[], changes: SettingChange[]): Entry[] {
  const decided = changes.map((change): Entry => ({ kind: 'change', at: change.at, change }));
  return [...together(runs), ...decided].sort((a, b) => b.at.localeCompare(a.at));
}
