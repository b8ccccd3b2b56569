import { MultiSelect } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterProps } from '../kit';
import { asList } from '../shared/values';
import { useCandidates } from './useCandidates';
import { useTitles } from './useTitles';

interface RelationFilterProps extends FilterProps {
  /** Values that are not records, such as "me". */
  extra?: { value: string; label: string }[];
}

/** One or several records, by name; the filter keeps their ids. */
export function Filter({ field, op, value, onChange, extra = [] }: RelationFilterProps): ReactElement {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState(false);
  const target = field.target ?? '';
  const found = useCandidates(target, typed, true);
  const picked = asList(value);
  const titles = useTitles(
    target,
    picked.filter((item) => typeof item === 'number'),
  );
  const names = new Map(extra.map((item) => [item.value, item.label]));
  for (const { id, title } of [...titles, ...found]) names.set(String(id), title || `#${id}`);
  const many = op === 'in' || op === 'not_in';
  const change = (next: string[]): void => {
    const ids = next.map((item) => (/^\d+$/.test(item) ? Number(item) : item));
    setOpened(false);
    if (many) onChange(ids.length ? ids : undefined);
    else onChange(ids[ids.length - 1]);
  };
  return (
    <MultiSelect
      aria-label={t('filter.values')}
      data={[...names].map(([id, label]) => ({ value: id, label }))}
      value={picked.map(String)}
      onChange={change}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options, search }) => (search ? options : options.slice(0, 20))}
      nothingFoundMessage={t('relation.nothing')}
      comboboxProps={{ withinPortal: false }}
      hidePickedOptions
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
    />
  );
}
