import { Button, Checkbox, SegmentedControl, Stack } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportFormat } from '@/api';
import type { ListToolProps } from '@/records';
import { Following } from './Following';
import { useExport } from './useExport';

const FORMATS: ExportFormat[] = ['csv', 'xlsx', 'parquet'];
/** Which file it is to be, then how far it is, then the file. */
export function ExportForm({ object, search, fields }: ListToolProps): ReactElement {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ExportFormat>('csv');
  const [all, setAll] = useState(false);
  const run = useExport();
  if (run.begun) return <Following run={run} />;
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
        onClick={() => run.start({ object: object.name, format: kind, query: { filter, sort, columns, q } })}
      >
        {t('exports.start')}
      </Button>
    </Stack>
  );
}
