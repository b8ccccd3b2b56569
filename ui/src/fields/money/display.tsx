import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Money } from '@/api';
import { useFormat } from '@/ui';
import type { DisplayProps } from '../kit';

/** Exact, with its currency; what is owed back stands in parentheses and is named for screen readers. */
export function Display({ value }: DisplayProps<Money>): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const negative = value.amount.startsWith('-');
  const text = format.money(value);
  return (
    <span
      className={negative ? 'v-num v-loss' : 'v-num'}
      aria-label={negative ? t('money.negative', { amount: text }) : undefined}
    >
      {text}
    </span>
  );
}
