import type { Method, MethodRun } from '@/api';

export type MethodState = 'off' | 'never' | 'refused' | 'idle' | 'due' | 'done';

/** Whether a run was worth telling: it made something, or says why it could not. */
export function tells(run: MethodRun): boolean {
  return run.rows !== 0 || run.refused.length > 0;
}

export const COLOURS: Record<MethodState, string> = {
  off: 'gray',
  never: 'gray',
  refused: 'yellow',
  idle: 'gray',
  due: 'blue',
  done: 'teal',
};

/** How a method stands: refused or idle only where it made nothing for any kind of customer. */
export function stateOf({ enabled, due, last, outputs }: Method): MethodState {
  if (!enabled) return 'off';
  if (last.length === 0) return 'never';
  const made = last.some((run) => run.rows !== 0) || outputs.length === 0;
  if (!made) return last.some((run) => run.refused.length > 0) ? 'refused' : 'idle';
  return due ? 'due' : 'done';
}

export function newest(runs: MethodRun[]): MethodRun | undefined {
  return runs.reduce<MethodRun | undefined>(
    (best, run) => (!best || run.finished_at > best.finished_at ? run : best),
    undefined,
  );
}
