import type { ImportState } from '@/api';

const COLOURS: Record<ImportState, string> = {
  draft: 'gray',
  checking: 'blue',
  checked: 'cyan',
  running: 'blue',
  done: 'green',
  failed: 'red',
};

export function stateColour(state: ImportState): string {
  return COLOURS[state];
}
