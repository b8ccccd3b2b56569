import { Input as Frame, Stack, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Address } from '@/api';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';

const PARTS = ['street', 'postal_code', 'city', 'region', 'country'] as const;

export function Input({
  field,
  value,
  onChange,
  label,
  error,
  autoFocus,
}: InputProps<Address>): ReactElement {
  const { t } = useTranslation();
  const { label: shown, description, error: wrong } = useInputProps({ field, label, error, autoFocus });
  const change = (part: (typeof PARTS)[number], text: string): void => {
    const next = { ...value, [part]: text || null };
    onChange(PARTS.some((name) => next[name]) ? next : null);
  };
  return (
    <Frame.Wrapper size="xs" label={shown} description={description} error={wrong} labelElement="div">
      <Stack gap={4}>
        {PARTS.map((part, index) => (
          <TextInput
            key={part}
            placeholder={t(`address.${part}`)}
            aria-label={t(`address.${part}`)}
            dir="auto"
            autoFocus={autoFocus && index === 0}
            value={value?.[part] ?? ''}
            onChange={(event) => change(part, event.currentTarget.value)}
          />
        ))}
      </Stack>
    </Frame.Wrapper>
  );
}
