import { useTranslation } from 'react-i18next';
import { methods } from '@/api';
import { useRefreshing, type Refreshing } from '@/records';

export type MethodRunning = Refreshing;

/** Runs one method with what it reads. */
export function useMethodRun(key: string): MethodRunning {
  const { t } = useTranslation();
  return useRefreshing(() => methods.run(key), { done: t('methods.ran'), failed: t('methods.runFailed') });
}
