import type { ReactElement } from 'react';

export function TokensPage(): ReactElement | null {
  return null;
}
