import type { ReactElement } from 'react';

export function ObjectsPage(): ReactElement | null {
  return null;
}
