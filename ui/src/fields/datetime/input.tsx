import { DateTimePicker } from '@mantine/dates';
import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';
import { toInstant, toLocal } from './zone';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<string>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return (
    <DateTimePicker
      {...common}
      valueFormat="YYYY-MM-DD HH:mm"
      clearable
      value={value ? toLocal(value) : null}
      onChange={(next) => onChange(next ? toInstant(next) : null)}
    />
  );
}
