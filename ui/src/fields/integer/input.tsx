import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { NumberLine } from '../shared/NumberLine';
import { useInputProps } from '../shared/useInputProps';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<number>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return (
    <NumberLine
      {...common}
      decimals={0}
      value={value === null ? '' : String(value)}
      onChange={(next) => onChange(next === '' || next === '-' ? null : Number(next))}
    />
  );
}
