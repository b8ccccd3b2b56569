import { Group, NativeSelect } from '@mantine/core';
import { IconCalendarQuestion } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPlan } from '@/api';
import { DayInput } from '@/ui';
import styles from './imports.module.css';
import { assumed, setPeriod, UNITS } from './periods';

interface AssumedProps {
  plan: ImportPlan;
  onChange: (plan: ImportPlan) => void;
}

/** Says which dates are made up where a file only numbers its periods, and lets them be set right. */
export function Assumed({ plan, onChange }: AssumedProps): ReactElement | null {
  const { t } = useTranslation();
  const found = assumed(plan);
  if (!found) return null;
  const { column, period } = found;
  const number = String(period.first ?? 1);
  return (
    <section className={styles.card} aria-label={t('imports.assumed.title')}>
      <h3 className={styles.heading} style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
        <IconCalendarQuestion size={18} aria-hidden /> {t('imports.assumed.title')}
      </h3>
      <p style={{ margin: 0 }}>{t('imports.assumed.help', { column, number })}</p>
      <Group align="flex-end" gap={16}>
        <NativeSelect
          label={t('imports.assumed.unit', { column })}
          value={period.unit}
          data={UNITS.map((value) => ({ value, label: t(`imports.unit.${value}`) }))}
          onChange={({ currentTarget: { value } }) => {
            const unit = UNITS.find((one) => one === value);
            if (unit) onChange(setPeriod(plan, column, { ...period, unit }));
          }}
        />
        <DayInput
          label={t('imports.assumed.start', { number })}
          value={period.start ?? null}
          onChange={(start) => {
            if (start) onChange(setPeriod(plan, column, { ...period, start }));
          }}
        />
      </Group>
    </section>
  );
}
