import { Autocomplete, Group, Input as Frame } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Money } from '@/api';
import type { InputProps } from '../kit';
import { NumberLine } from '../shared/NumberLine';
import { useInputProps } from '../shared/useInputProps';
import { useCurrency } from './useCurrency';

const CURRENCIES = Intl.supportedValuesOf('currency');

export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<Money>): ReactElement {
  const { t } = useTranslation();
  const {
    label: shown,
    description,
    error: wrong,
    withAsterisk,
    ...common
  } = useInputProps({ field, label, error, autoFocus });
  const usual = useCurrency();
  const [currency, setCurrency] = useState(value?.currency ?? usual);
  const change = (amount: string, code: string): void =>
    onChange(amount === '' || amount === '-' ? null : { amount, currency: code });
  return (
    <Frame.Wrapper
      size="xs"
      label={shown}
      description={description}
      error={wrong}
      withAsterisk={withAsterisk}
    >
      <Group gap="xs" wrap="nowrap">
        <NumberLine
          aria-label={shown ?? common['aria-label']}
          autoFocus={autoFocus}
          decimals={4}
          value={value?.amount ?? ''}
          onChange={(next) => change(next, currency)}
        />
        <Autocomplete
          size="xs"
          w={88}
          aria-label={t('money.currency')}
          data={CURRENCIES}
          limit={20}
          value={currency}
          onChange={(next) => {
            const code = next.toUpperCase().slice(0, 3);
            setCurrency(code);
            if (value && code.length === 3) change(value.amount, code);
          }}
        />
      </Group>
    </Frame.Wrapper>
  );
}
