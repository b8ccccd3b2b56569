import type { ReactElement } from 'react';

export function RecordListPage(): ReactElement | null {
  return null;
}
