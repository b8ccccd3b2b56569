import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useMe } from '@/api';

/** What was typed and is not saved, by user and place. It outlives the screen and a sign-in anew, not the tab. */
type Drafts = Readonly<Record<string, unknown>>;

const STORED = 'vav.drafts';
const listeners = new Set<() => void>();
let text: string | null = null;
let drafts: Drafts = {};
/** All drafts, while the browser does not store them: it forbids it, or is full. */
let unstored: Drafts | null = null;

function stored(): string | null {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function parsed(from: string | null): Drafts {
  try {
    return from ? (JSON.parse(from) as Drafts) : {};
  } catch {
    return {};
  }
}

function all(): Drafts {
  if (unstored) return unstored;
  const now = stored();
  if (now !== text) {
    text = now;
    drafts = parsed(now);
  }
  return drafts;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function store(next: Drafts): void {
  const some = Object.keys(next).length > 0;
  try {
    if (some) sessionStorage.setItem(STORED, JSON.stringify(next));
    else sessionStorage.removeItem(STORED);
    unstored = null;
  } catch {
    unstored = next;
  }
  listeners.forEach((listener) => listener());
}

/** Keeps a draft; undefined forgets it. */
function keep(place: string, draft: unknown): void {
  const others = Object.entries(all()).filter(([name]) => name !== place);
  store(Object.fromEntries(draft === undefined ? others : [...others, [place, draft]]));
}

export function forgetDrafts(): void {
  store({});
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

/**
 * Something typed and not saved: in a field of a record, beside a record, or of a new one, which has no id. What is
 * typed on a screen of its own says in `screen` how to find it, and in `note` what it is.
 */
export interface Waiting {
  place: string;
  object: string;
  id: number | null;
  name: string;
  draft: unknown;
}

/** All that this user typed and did not save, wherever it is. */
export function useDrafts(): { waiting: Waiting[]; forget: (place: string) => void } {
  const { user } = useMe();
  const now = useSyncExternalStore(subscribe, all);
  const waiting = Object.entries(now).flatMap(([place, draft]) => {
    const [owner, object = '', id, name = ''] = place.split('/');
    if (owner !== String(user.id)) return [];
    return { place, object, id: id === '+' ? null : Number(id), name, draft };
  });
  return { waiting, forget: useCallback((place) => keep(place, undefined), []) };
}

let leaving = false;

/** The page leads away itself and what is typed comes back: nobody is asked. */
export function allowLeaving(): void {
  leaving = true;
}

/** The browser asks before the tab closes while something typed is not saved; whoever stays is told where it is. */
export function useLeaveGuard(busy: () => boolean, onStay: () => void): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      const some = hasDrafts();
      if ((leaving && !unstored) || !(some || busy())) return;
      event.preventDefault();
      // The browser's question stops the clock.
      if (some) setTimeout(onStay);
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy, onStay]);
}
