import { Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Following } from './Following';
import { useExport } from './useExport';

/** The whole workspace as one file. */
export function WholeExport(): ReactElement {
  const { t } = useTranslation();
  const run = useExport();
  if (run.begun) return <Following run={run} />;
  return (
    <Stack gap="sm" align="start">
      <span className="v-soft">{t('exports.wholeHelp')}</span>
      <Button
        variant="default"
        leftSection={<IconDownload size={14} aria-hidden />}
        onClick={() => run.start({ whole: true })}
      >
        {t('exports.wholeStart')}
      </Button>
    </Stack>
  );
}
