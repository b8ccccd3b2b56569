import { DateInput } from '@mantine/dates';
import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<string>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return (
    <DateInput
      {...common}
      valueFormat="YYYY-MM-DD"
      placeholder="YYYY-MM-DD"
      clearable
      value={value}
      onChange={onChange}
    />
  );
}
