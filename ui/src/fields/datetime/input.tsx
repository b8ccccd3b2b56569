import { DateTimePicker } from '@mantine/dates';
import type { ReactElement } from 'react';
import { dayForm, useRegion } from '@/ui';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';
import { toInstant, toLocal } from './zone';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<string>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  const locale = useRegion();
  const shown = (local: string): string => {
    const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
    return `${dayForm(locale).write(local.slice(0, 10))} ${time.format(new Date(local.replace(' ', 'T')))}`;
  };
  return (
    <DateTimePicker
      {...common}
      valueFormat={shown}
      clearable
      value={value ? toLocal(value) : null}
      onChange={(next) => onChange(next ? toInstant(next) : null)}
    />
  );
}
