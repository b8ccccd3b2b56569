import { MultiSelect, TagsInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useLabel } from '@/catalogue';
import type { InputProps } from '../kit';
import { optionsBeside } from '../shared/options';
import { useInputProps } from '../shared/useInputProps';

export function Input({
  field,
  value,
  onChange,
  label,
  error,
  autoFocus,
}: InputProps<string[]>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  const read = useLabel();
  const data = optionsBeside(field, value ?? []).map((option) => ({
    value: option.value,
    label: read(option.label) || option.value,
  }));
  const change = (next: string[]): void => onChange(next.length ? next : null);
  if (!data.length) return <TagsInput {...common} data={[]} value={value ?? []} onChange={change} />;
  return <MultiSelect {...common} data={data} value={value ?? []} onChange={change} searchable clearable />;
}
