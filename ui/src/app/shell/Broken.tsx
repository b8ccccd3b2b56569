import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { answers, ApiError, OfflineError } from '@/api';
import { allowLeaving } from '@/records';
import { Failure } from '@/ui';

/** Loads the page anew once the server answers again; until then what is open stays. */
async function reload(): Promise<void> {
  if (!(await answers())) return;
  allowLeaving();
  window.location.reload();
}

/** A screen that did not open: its code or its data did not come, as after an update of the server. */
export function Broken({ error }: { error: unknown }): ReactElement {
  const { t } = useTranslation();
  const told = error instanceof ApiError || error instanceof OfflineError;
  return <Failure error={told ? error : new Error(t('failure.screen'))} onRetry={() => void reload()} />;
}
