import { Group, Select } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterProps } from '../kit';
import { DayInput } from '@/ui';
import { asRange, asText, range } from './values';

/** How far back "within" reaches: ISO 8601 durations with a word for each. */
export const SPANS = ['P1D', 'P7D', 'P30D', 'P60D', 'P90D', 'P180D', 'P365D'] as const;

export function DateFilter({ op, value, onChange }: FilterProps): ReactElement {
  const { t } = useTranslation();
  const day = (name: string, at: string, change: (next: string) => void): ReactElement => (
    <DayInput
      aria-label={name}
      value={at ? at.slice(0, 10) : null}
      onChange={(next) => change(next ?? '')}
      withinPortal={false}
      clearable
    />
  );
  if (op === 'within') {
    const data = SPANS.map((span) => ({
      value: span,
      label: t('filter.lastDays', { count: Number(span.slice(1, -1)) }),
    }));
    return (
      <Select
        aria-label={t('filter.value')}
        data={data}
        value={asText(value) || null}
        onChange={(next) => onChange(next ?? undefined)}
        comboboxProps={{ withinPortal: false }}
      />
    );
  }
  if (op === 'between') {
    const [from, to] = asRange(value);
    return (
      <Group grow gap="xs" wrap="nowrap">
        {day(t('filter.from'), from, (next) => onChange(range(next, to)))}
        {day(t('filter.to'), to, (next) => onChange(range(from, next)))}
      </Group>
    );
  }
  return day(t('filter.value'), asText(value), (next) => onChange(next || undefined));
}
