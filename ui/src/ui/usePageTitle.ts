import { useEffect } from 'react';

const PRODUCT = 'Vis-à-vis';

/** What the tab of the browser, its history and a screen reader call this screen. */
export function usePageTitle(read: () => string | null | undefined): void {
  useEffect(() => {
    const title = read();
    document.title = title ? `${title} · ${PRODUCT}` : PRODUCT;
  });
  useEffect(
    () => () => {
      document.title = PRODUCT;
    },
    [],
  );
}
