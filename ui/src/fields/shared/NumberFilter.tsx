import { Group, TagsInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterProps } from '../kit';
import { NumberLine } from './NumberLine';
import { asList, asRange, asText, range } from './values';

interface NumberFilterProps extends FilterProps {
  decimals: number;
}

export function NumberFilter({ op, value, onChange, decimals }: NumberFilterProps): ReactElement {
  const { t } = useTranslation();
  if (op === 'between') {
    const [from, to] = asRange(value);
    return (
      <Group grow gap="xs" wrap="nowrap">
        <NumberLine
          aria-label={t('filter.from')}
          decimals={decimals}
          value={from}
          onChange={(next) => onChange(range(next, to))}
        />
        <NumberLine
          aria-label={t('filter.to')}
          decimals={decimals}
          value={to}
          onChange={(next) => onChange(range(from, next))}
        />
      </Group>
    );
  }
  if (op === 'in' || op === 'not_in') {
    return (
      <TagsInput
        aria-label={t('filter.values')}
        data={[]}
        value={asList(value).map(String)}
        onChange={onChange}
      />
    );
  }
  return (
    <NumberLine
      aria-label={t('filter.value')}
      decimals={decimals}
      value={asText(value)}
      onChange={(next) => onChange(next || undefined)}
    />
  );
}
