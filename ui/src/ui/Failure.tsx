import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from './Notice';

interface FailureProps {
  error: unknown;
  onRetry?: () => void;
}

/** What happened, what is safe, what to do. */
export function Failure({ error, onRetry }: FailureProps): ReactElement {
  const { t } = useTranslation();
  const message = error instanceof Error ? error.message : String(error);
  const missing = error instanceof Error && 'status' in error && error.status === 404;
  return (
    <Notice
      role="alert"
      title={t('failure.title')}
      action={
        onRetry &&
        !missing && (
          <Button variant="default" onClick={onRetry}>
            {t('failure.retry')}
          </Button>
        )
      }
    >
      <bdi>{message}</bdi> {!missing && t('failure.safe')}
    </Notice>
  );
}
