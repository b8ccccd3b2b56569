import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { TitleRow } from '@/ui';
import { RefreshBar } from './RefreshBar';
import { SettingsForm } from './SettingsForm';
import { useRefresh } from './useRefresh';

/** The same form as beside the figures, as a page of the settings. */
export function InsightSettingsPage(): ReactElement {
  const { t } = useTranslation();
  const refresh = useRefresh();
  return (
    <>
      <TitleRow title={t('settings.insight')} />
      <Stack p="md" maw={512}>
        <RefreshBar refresh={refresh} />
        <SettingsForm onSaved={refresh.start} />
      </Stack>
    </>
  );
}
