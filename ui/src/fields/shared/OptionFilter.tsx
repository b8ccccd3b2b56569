import { MultiSelect, Select, TagsInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabel } from '@/catalogue';
import type { FilterProps } from '../kit';
import { asList, asText } from './values';

const MANY = new Set(['in', 'not_in', 'has_any', 'has_all']);

/** For choices: from the options, or freely where the field has none. */
export function OptionFilter({ field, op, value, onChange }: FilterProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const data = (field.options ?? []).map((option) => ({
    value: option.value,
    label: read(option.label) || option.value,
  }));
  const within = { withinPortal: false };
  if (!data.length) {
    return (
      <TagsInput
        aria-label={t('filter.values')}
        data={[]}
        value={asList(value).map(String)}
        onChange={onChange}
      />
    );
  }
  if (MANY.has(op)) {
    return (
      <MultiSelect
        aria-label={t('filter.values')}
        data={data}
        value={asList(value).map(String)}
        onChange={(next) => onChange(next)}
        searchable
        comboboxProps={within}
        hidePickedOptions
      />
    );
  }
  return (
    <Select
      aria-label={t('filter.value')}
      data={data}
      value={asText(value) || null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      comboboxProps={within}
    />
  );
}
