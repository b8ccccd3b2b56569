import type { ReactElement } from 'react';

export function SettingsLayout(): ReactElement | null {
  return null;
}
