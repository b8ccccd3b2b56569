import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { NumberLine } from '../shared/NumberLine';
import { useInputProps } from '../shared/useInputProps';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<string>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return (
    <NumberLine
      {...common}
      decimals={4}
      suffix=" %"
      value={value ?? ''}
      onChange={(next) => onChange(next || null)}
    />
  );
}
