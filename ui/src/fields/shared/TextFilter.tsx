import { TagsInput, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterProps } from '../kit';
import { asList, asText } from './values';

/** For everything that is text at heart. */
export function TextFilter({ op, value, onChange }: FilterProps): ReactElement {
  const { t } = useTranslation();
  if (op === 'in' || op === 'not_in') {
    return (
      <TagsInput
        aria-label={t('filter.values')}
        data={[]}
        value={asList(value).map(String)}
        onChange={onChange}
        data-autofocus
        splitChars={[',', ';', '\n']}
      />
    );
  }
  return (
    <TextInput
      aria-label={t('filter.value')}
      dir="auto"
      value={asText(value)}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      data-autofocus
    />
  );
}
