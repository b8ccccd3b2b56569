import { Button, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { exports, type ExportRun } from '@/api';
import { Failure, Notice, useFormat, Wait } from '@/ui';
import type { Exporting } from './useExport';

const KILOBYTE = 1000;
const UNITS = ['kilobyte', 'megabyte', 'gigabyte'];

/** Bytes as people say them. */
export function sizeOf(
  bytes: number,
  number: (value: number, options: Intl.NumberFormatOptions) => string,
): string {
  const order = Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(KILOBYTE));
  const step = Math.min(Math.max(order - 1, 0), UNITS.length - 1);
  return number(bytes / KILOBYTE ** (step + 1), {
    style: 'unit',
    unit: UNITS[step],
    maximumFractionDigits: 1,
  });
}

function Ready({ run, onAgain }: { run: ExportRun; onAgain: () => void }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = run.rows ?? 0;
  return (
    <Stack gap="sm">
      <span role="status">
        {t('exports.ready', {
          count: rows,
          rows: format.number(rows),
          size: sizeOf(run.size ?? 0, format.number),
        })}
      </span>
      {run.notes.map((note) => (
        <Notice key={note} title={note} />
      ))}
      <Button
        component="a"
        href={exports.file(run.id)}
        download={run.filename}
        leftSection={<IconDownload size={14} />}
        data-autofocus
      >
        {t('exports.download')}
      </Button>
      <Button variant="default" onClick={onAgain}>
        {t('exports.again')}
      </Button>
      <span className="v-soft v-small">{t('exports.kept', { until: format.dateTime(run.expires_at) })}</span>
    </Stack>
  );
}

/** An export that was asked for: how far it is, then the file, or why there is none. */
export function Following({ run }: { run: Exporting }): ReactElement {
  const { t } = useTranslation();
  const { job, done, error, reset, stop } = run;
  if (error) return <Failure error={error} onRetry={reset} />;
  if (done?.state === 'done') return <Ready run={done} onAgain={reset} />;
  if (done) return <Failure error={done.error ?? t('exports.failed')} onRetry={reset} />;
  return (
    <Wait
      label={t('exports.start')}
      done={job?.progress?.done ?? 0}
      total={job?.progress?.total ?? null}
      unit=""
      onCancel={stop}
    />
  );
}
