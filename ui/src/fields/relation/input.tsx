import { Select } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ref } from '@/api';
import type { InputProps } from '../kit';
import { useInputProps } from '../shared/useInputProps';
import { useCandidates } from './useCandidates';

/** Finds a record by part of its name, on the server. */
export function Input({ field, value, onChange, label, error, autoFocus }: InputProps<Ref>): ReactElement {
  const { t } = useTranslation();
  const common = useInputProps({ field, label, error, autoFocus });
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState(Boolean(autoFocus));
  const asked = typed === value?.title ? '' : typed;
  const found = useCandidates(field.target ?? '', asked, opened);
  const known = value && !found.some(({ id }) => id === value.id) ? [value, ...found] : found;
  return (
    <Select
      {...common}
      data={known.map(({ id, title }) => ({ value: String(id), label: title || `#${id}` }))}
      value={value ? String(value.id) : null}
      onChange={(next) => onChange(known.find(({ id }) => String(id) === next) ?? null)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpened(true)}
      filter={({ options }) => options}
      nothingFoundMessage={t('relation.nothing')}
      clearable
    />
  );
}
