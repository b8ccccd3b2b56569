import { Input as Frame, Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';

export function Input({
  field,
  value,
  onChange,
  label,
  error,
  autoFocus,
}: InputProps<boolean>): ReactElement {
  const {
    label: shown,
    description,
    error: wrong,
    ...common
  } = useInputProps({ field, label, error, autoFocus });
  return (
    <Frame.Wrapper size="xs" error={wrong} description={description}>
      <Switch
        label={shown}
        aria-label={common['aria-label']}
        checked={value ?? false}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </Frame.Wrapper>
  );
}
