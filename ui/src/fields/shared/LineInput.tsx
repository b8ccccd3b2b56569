import { TextInput, type TextInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { useInputProps } from './useInputProps';

type LineInputProps = InputProps<string> & Pick<TextInputProps, 'type' | 'inputMode' | 'dir' | 'placeholder'>;

/** One line of text; the types that are text at heart differ only in keyboard and direction. */
export function LineInput({
  field,
  value,
  onChange,
  label,
  error,
  autoFocus,
  ...more
}: LineInputProps): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return (
    <TextInput
      {...common}
      dir="auto"
      {...more}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
