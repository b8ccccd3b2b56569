import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './format';

/** The page on paper, or as a PDF: the browser's own dialog has both. On paper it says when that was. */
export function PrintButton(): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const now = new Date();
  const day = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return (
    <>
      <span className="v-print v-soft">{t('print.on', { day: format.date(day) })}</span>
      <Tooltip label={t('print.do')}>
        <ActionIcon size={30} variant="subtle" aria-label={t('print.do')} onClick={() => window.print()}>
          <IconPrinter size={16} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
