import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<string>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return (
    <Textarea
      {...common}
      dir="auto"
      autosize
      minRows={2}
      maxRows={12}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
