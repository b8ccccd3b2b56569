import type { ReactElement } from 'react';
import { RefreshBar } from './RefreshBar';
import { SettingsForm } from './SettingsForm';
import { useRefresh } from './useRefresh';

/** The same form as beside the figures, as a page of the settings. */
export function InsightSettingsPage(): ReactElement {
  const refresh = useRefresh();
  return (
    <div style={{ maxWidth: 480 }}>
      <RefreshBar refresh={refresh} />
      <SettingsForm onSaved={refresh.start} />
    </div>
  );
}
