import { useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';

/** Of an A4 sheet between its margins, in CSS pixels; other sheets are wider. */
export const SHEET_WIDTH = 640;

const SCHEME = 'data-mantine-color-scheme';
let printing = false;

/** Paper is light. The page is drawn anew at once, since the browser does not wait. */
function subscribe(tell: () => void): () => void {
  const begin = (): void => {
    printing = true;
    flushSync(tell);
  };
  const end = (): void => {
    printing = false;
    flushSync(tell);
  };
  window.addEventListener('beforeprint', begin);
  window.addEventListener('afterprint', end);
  return () => {
    window.removeEventListener('beforeprint', begin);
    window.removeEventListener('afterprint', end);
  };
}

/** Turns the light on for as long as the browser prints; to be called once. */
export function watchPrinting(): void {
  const root = document.documentElement;
  let before: string | null = null;
  window.addEventListener('beforeprint', () => {
    before = root.getAttribute(SCHEME);
    root.setAttribute(SCHEME, 'light');
  });
  window.addEventListener('afterprint', () => {
    if (before) root.setAttribute(SCHEME, before);
  });
}

export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => printing);
}
