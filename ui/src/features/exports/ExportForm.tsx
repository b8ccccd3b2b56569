import { Button, Checkbox, SegmentedControl, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { exports, type ExportFormat, type ExportRun } from '@/api';
import type { ListToolProps } from '@/records';
import { Failure, Notice, useFormat, Wait } from '@/ui';
import { useExport } from './useExport';

const FORMATS: ExportFormat[] = ['csv', 'xlsx', 'parquet'];
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

/** Which file it is to be, then how far it is, then the file. */
export function ExportForm({ object, search, fields }: ListToolProps): ReactElement {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ExportFormat>('csv');
  const [all, setAll] = useState(false);
  const { start, stop, reset, job, done, pending, error } = useExport();
  if (error) return <Failure error={error} onRetry={reset} />;
  if (done?.state === 'done') return <Ready run={done} onAgain={reset} />;
  if (done) return <Failure error={done.error ?? t('exports.failed')} onRetry={reset} />;
  if (pending) {
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
  const seen = new Set(object.fields.map(({ name }) => name));
  const named = object.title.filter((name) => seen.has(name));
  const shown = new Set([...named, ...fields.map(({ name }) => name)]);
  const columns = all ? undefined : [...shown].join(',');
  const { filter, sort, q } = search;
  return (
    <Stack gap="sm">
      <span className="v-soft">{t('exports.what')}</span>
      <SegmentedControl
        aria-label={t('exports.format')}
        value={kind}
        onChange={(next) => setKind(next as ExportFormat)}
        data={FORMATS.map((value) => ({ value, label: t(`exports.${value}`) }))}
      />
      <span className="v-soft v-small">{t(`exports.help.${kind}`)}</span>
      <Checkbox
        label={t('exports.allFields')}
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
      />
      <Button
        data-autofocus
        onClick={() => start({ object: object.name, format: kind, query: { filter, sort, columns, q } })}
      >
        {t('exports.start')}
      </Button>
    </Stack>
  );
}
