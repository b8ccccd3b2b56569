import type { ReactElement } from 'react';
import { DayInput } from '@/ui';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<string>): ReactElement {
  const common = useInputProps({ field, label, error, autoFocus });
  return <DayInput {...common} clearable value={value} onChange={onChange} />;
}
