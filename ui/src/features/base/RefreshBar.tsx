import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Wait } from '@/ui';
import type { Refresh } from './useRefresh';

/** How far the refresh is; nothing while none runs. */
export function RefreshBar({ refresh }: { refresh: Refresh }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const { job, cancel } = refresh;
  if (!job) return null;
  const doing = job.progress?.message ?? '';
  const known = `refresh.step.${doing}`;
  const step = i18n.exists(known) ? t(known) : doing;
  return (
    <Wait
      label={step ? `${t('refresh.running')}: ${step}` : t('refresh.running')}
      done={job.progress?.done ?? 0}
      total={job.progress?.total ?? null}
      unit={t('refresh.steps')}
      onCancel={cancel}
    />
  );
}
