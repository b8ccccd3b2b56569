import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Period } from '@/api';
import { useFormat } from '@/ui';

interface Caption {
  n: number;
  period: Period | null;
  unit: string;
  more?: string;
}

/** The small print that every plot has: how many customers, over which time, in which unit. */
export function usePlotCaption(): (caption: Caption) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    ({ n, period, unit, more }) =>
      [
        t('base.n', { count: n, n: format.number(n) }),
        period && t('base.period', { from: format.date(period.from), to: format.date(period.to) }),
        unit,
        more,
      ]
        .filter(Boolean)
        .join(' · '),
    [t, format],
  );
}
