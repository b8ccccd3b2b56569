import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useMe } from '@/api';

/** What was typed and is not saved, by user and place. It outlives the screen and a sign-in anew, not the tab. */
type Drafts = Readonly<Record<string, unknown>>;

const STORED = 'vav.drafts';
const listeners = new Set<() => void>();
let text: string | null = null;
let drafts: Drafts = {};

function all(): Drafts {
  const stored = sessionStorage.getItem(STORED);
  if (stored !== text) {
    text = stored;
    drafts = stored ? (JSON.parse(stored) as Drafts) : {};
  }
  return drafts;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps a draft; undefined forgets it. */
function keep(place: string, draft: unknown): void {
  const others = Object.entries(all()).filter(([name]) => name !== place);
  const next = Object.fromEntries(draft === undefined ? others : [...others, [place, draft]]);
  if (Object.keys(next).length > 0) sessionStorage.setItem(STORED, JSON.stringify(next));
  else sessionStorage.removeItem(STORED);
  listeners.forEach((listener) => listener());
}

export function forgetDrafts(): void {
  sessionStorage.removeItem(STORED);
  listeners.forEach((listener) => listener());
}

/** Whether anything is typed and not saved in this tab. */
export function hasDrafts(): boolean {
  return Object.keys(all()).length > 0;
}

export type Keep<T> = (draft: T | undefined) => void;

/** What this user typed at a place and did not save yet. */
export function useDraft<T>(place: string): [T | undefined, Keep<T>] {
  const { user } = useMe();
  const key = `${user.id}/${place}`;
  const draft = useSyncExternalStore(subscribe, () => all()[key]) as T | undefined;
  return [draft, useCallback((next) => keep(key, next), [key])];
}

/** The names below a place that have a draft. */
export function useWaiting(place: string): (name: string) => boolean {
  const { user } = useMe();
  const now = useSyncExternalStore(subscribe, all);
  return (name) => `${user.id}/${place}/${name}` in now;
}

let leaving = false;

/** The page leads away itself and what is typed comes back: nobody is asked. */
export function allowLeaving(): void {
  leaving = true;
}

/** The browser asks before the tab closes while something typed is not saved. */
export function useLeaveGuard(busy: () => boolean): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (!leaving && (hasDrafts() || busy())) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}
