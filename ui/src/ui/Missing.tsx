import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from './Notice';

/** Nothing answers to the address; one button leads home. */
export function Missing(): ReactElement {
  const { t } = useTranslation();
  return (
    <Notice
      title={t('shell.missing')}
      action={
        <Button component={Link} to="/base" variant="default">
          {t('shell.toBase')}
        </Button>
      }
    />
  );
}
