import type { ComponentType, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSlotProps } from '@/records';
import { TitleRow } from '@/ui';

export function BasePage(): ReactElement {
  const { t } = useTranslation();
  return <TitleRow title={t('nav.base')} />;
}

export function InsightSettingsPage(): ReactElement {
  const { t } = useTranslation();
  return <TitleRow title={t('settings.insight')} />;
}

/** The value of one customer, explained; stands at the top of the right column of the record page. */
export const ValuePanel: ComponentType<RecordSlotProps> = () => null;
