import type { ImportRun, ImportState, Job } from '@/api';

const COLOURS: Record<ImportState, string> = {
  draft: 'gray',
  checking: 'blue',
  checked: 'cyan',
  running: 'blue',
  done: 'green',
  failed: 'red',
  rolling_back: 'blue',
  rolled_back: 'gray',
};

export function stateColour(state: ImportState): string {
  return COLOURS[state];
}

/** The state to show: work that has just begun is known before the import says so itself. */
export function shownState(run: ImportRun | undefined, job: Job | undefined): ImportState | undefined {
  if (!run || !job) return run?.state;
  if (job.kind.endsWith('rollback')) return 'rolling_back';
  return job.kind.endsWith('check') ? 'checking' : 'running';
}
