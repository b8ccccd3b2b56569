import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './format';

interface PrintButtonProps {
  /** Fetches what belongs on paper and is not on the page yet. */
  before?: () => Promise<unknown>;
}

/** The page on paper, or as a PDF: the browser's own dialog has both. On paper it says when that was. */
export function PrintButton({ before }: PrintButtonProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const [waiting, setWaiting] = useState(false);
  const print = async (): Promise<void> => {
    setWaiting(true);
    await before?.().catch(() => undefined);
    setWaiting(false);
    window.print();
  };
  const now = new Date();
  const day = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return (
    <>
      <span className="v-print v-soft">{t('print.on', { day: format.date(day) })}</span>
      <Tooltip label={t('print.do')}>
        <ActionIcon
          size={30}
          variant="subtle"
          aria-label={t('print.do')}
          loading={waiting}
          onClick={() => (before ? void print() : window.print())}
        >
          <IconPrinter size={16} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
