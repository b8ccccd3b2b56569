import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeasuredAction } from '@/api';

/** Why the members of the group are not shown, and whom to ask. */
export function Withheld({ action }: { action: MeasuredAction }): ReactElement | null {
  const { t } = useTranslation();
  if (!action.withheld) return null;
  return <p className="v-small v-soft">{t('actions.withheld', { name: action.by.title })}</p>;
}
