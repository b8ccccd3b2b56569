import type { ReactElement } from 'react';

export function RecordFullPage(): ReactElement | null {
  return null;
}
