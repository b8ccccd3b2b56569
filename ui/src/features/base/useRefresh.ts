import { useTranslation } from 'react-i18next';
import { insight } from '@/api';
import { useRefreshing, type Refreshing } from '@/records';

export type Refresh = Refreshing;

/** Works the base out anew. */
export function useRefresh(): Refresh {
  const { t } = useTranslation();
  return useRefreshing(insight.refresh, {
    done: t('refresh.done'),
    failed: t('refresh.failed'),
    safe: t('refresh.safe'),
  });
}
