import { SegmentedControl } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterProps } from '../kit';

export function Filter({ value, onChange }: FilterProps): ReactElement {
  const { t } = useTranslation();
  const data = [
    { value: 'true', label: t('boolean.yes') },
    { value: 'false', label: t('boolean.no') },
  ];
  return (
    <SegmentedControl
      fullWidth
      aria-label={t('filter.value')}
      data={data}
      value={value === undefined ? '' : String(value)}
      onChange={(next) => onChange(next === 'true')}
    />
  );
}
