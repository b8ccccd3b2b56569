import { MultiSelect, Select } from '@mantine/core';
import type { ReactElement } from 'react';
import type { SettingKind } from '@/api';
import { useCatalogue } from '@/catalogue';
import type { SettingInputProps } from './SettingInput';
import { useWords } from './useWords';

const NUMERIC = new Set(['integer', 'decimal', 'percent', 'money']);
const SAYING = new Set(['choice', 'text', 'boolean']);

/** Entered fields of either kind of customer. */
function useEntered(kind: SettingKind): { value: string; label: string }[] {
  const catalogue = useCatalogue();
  const words = useWords();
  const fits =
    kind === 'fields' ? NUMERIC : kind === 'column' ? SAYING : new Set([...NUMERIC, ...SAYING, 'date']);
  const fields = ['company', 'person'].flatMap((name) => catalogue.object(name)?.fields ?? []);
  const names = fields
    .filter(({ kind: of, type }) => of === 'entered' && fits.has(type))
    .map(({ name }) => name);
  return [...new Set(names)].map((name) => ({ value: name, label: words.field(name) }));
}

/** One or several entered fields of the customer. */
export function Entered({ setting, value, onChange, shown }: SettingInputProps): ReactElement {
  const fields = useEntered(setting.kind);
  return setting.kind === 'column' ? (
    <Select
      {...shown}
      styles={{ wrapper: { maxWidth: 360 } }}
      searchable
      clearable
      value={value as string | null}
      data={fields}
      onChange={onChange}
    />
  ) : (
    <MultiSelect {...shown} searchable value={value as string[]} data={fields} onChange={onChange} />
  );
}
