import { NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '@/ui';

interface NumberLineProps {
  value: string;
  /** The number as a plain decimal string; empty when there is none. */
  onChange: (value: string) => void;
  decimals: number;
  suffix?: string;
  label?: string;
  'aria-label'?: string;
  description?: string;
  error?: string | boolean;
  withAsterisk?: boolean;
  autoFocus?: boolean;
  'data-autofocus'?: true;
}

function separators(locale: string): { group: string; point: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const find = (type: string, otherwise: string): string =>
    parts.find((part) => part.type === type)?.value ?? otherwise;
  return { group: find('group', ','), point: find('decimal', '.') };
}

/** A number typed the way of the language, kept as an exact decimal string. */
export function NumberLine({ value, onChange, decimals, ...more }: NumberLineProps): ReactElement {
  const { locale } = useFormat();
  const { group, point } = separators(locale);
  return (
    <NumberInput
      {...more}
      value={value}
      onValueChange={(next, source) => source.source === 'event' && onChange(next.value)}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      thousandSeparator={group}
      decimalSeparator={point}
      hideControls
      styles={{ input: { textAlign: 'end', direction: 'ltr', fontVariantNumeric: 'tabular-nums' } }}
    />
  );
}
