import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rate } from '@/api';
import { useFormat } from '@/ui';

/** What is priced, in words. */
export function useDriverName(): (driver: string) => string {
  const { t } = useTranslation();
  return useCallback((driver) => t(`driver.${driver}`, { defaultValue: driver }), [t]);
}

/** A rate as people say it: "£60.00 an hour". */
export function usePrice(): (rate: Rate) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    ({ unit, amount, currency, minutes }) => {
      if (amount === null) return t('rates.notPriced');
      const money = format.money({ amount, currency });
      const price = unit === 'per_cent_year' ? format.percent(amount, 2) : money;
      const said = t(`rates.said.${unit}`, { price });
      return minutes === null ? said : `${said}, ${t('rates.usual', { minutes: format.number(minutes) })}`;
    },
    [t, format],
  );
}
