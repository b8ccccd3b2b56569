import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let ended = false;

/** Whether the session ended while the page was open. */
export function setEnded(now: boolean): void {
  ended = now;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useEnded(): boolean {
  return useSyncExternalStore(subscribe, () => ended);
}
