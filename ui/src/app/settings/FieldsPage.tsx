import type { ReactElement } from 'react';

export function FieldsPage(): ReactElement | null {
  return null;
}
