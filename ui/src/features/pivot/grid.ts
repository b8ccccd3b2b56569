import type { KeyboardEvent } from 'react';

export interface Spot {
  y: number;
  x: number;
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

const within = (value: number, end: number): number => Math.min(Math.max(value, 0), end - 1);

/** Where a key leads from a cell of a grid; undefined for keys that lead nowhere. Right is back where text runs so. */
export function walked(
  from: Spot,
  key: string,
  far: boolean,
  height: number,
  width: number,
  rtl: boolean,
): Spot | undefined {
  if (key === 'Home') return { y: far ? 0 : from.y, x: 0 };
  if (key === 'End') return { y: far ? height - 1 : from.y, x: width - 1 };
  const step = STEPS[key];
  if (!step) return undefined;
  const [down, across] = step;
  return { y: within(from.y + down, height), x: within(from.x + (rtl ? -across : across), width) };
}

/** The next cell for a key, and no scrolling by the same key. */
export function walk(event: KeyboardEvent, from: Spot, height: number, width: number): Spot | undefined {
  const rtl = document.documentElement.dir === 'rtl';
  const next = walked(from, event.key, event.ctrlKey || event.metaKey, height, width, rtl);
  if (next) event.preventDefault();
  return next;
}
