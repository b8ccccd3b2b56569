import { Checkbox, MultiSelect, Select, Stack, TagsInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabel } from '@/catalogue';
import type { FilterProps } from '../kit';
import { everyOption } from './options';
import { asList, asText } from './values';

const MANY = new Set(['in', 'not_in', 'has_any', 'has_all']);
/** As many options are seen at a glance. */
const GLANCE = 12;

interface Choices {
  data: { value: string; label: string }[];
  picked: string[];
  onPick: (picked: string[]) => void;
}

function Ticks({ data, picked, onPick }: Choices): ReactElement {
  const { t } = useTranslation();
  return (
    <Checkbox.Group aria-label={t('filter.values')} value={picked} onChange={onPick}>
      <Stack gap={8}>
        {data.map(({ value, label }, at) => (
          <Checkbox key={value} value={value} label={label} data-autofocus={at === 0 || undefined} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

/** The list closes after each pick, so that it never hides the button below it. */
function Picker({ data, picked, onPick }: Choices): ReactElement {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <MultiSelect
      aria-label={t('filter.values')}
      data={data}
      value={picked}
      onChange={(next) => {
        onPick(next);
        setOpened(false);
      }}
      searchable
      hidePickedOptions
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
      comboboxProps={{ withinPortal: false }}
    />
  );
}

/** For choices: from the options, or freely where the field has none. */
export function OptionFilter({ field, op, value, onChange }: FilterProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const data = everyOption(field).map((option) => ({
    value: option.value,
    label: read(option.label) || option.value,
  }));
  const picked = asList(value).map(String);
  if (!data.length) {
    return <TagsInput aria-label={t('filter.values')} data={[]} value={picked} onChange={onChange} />;
  }
  if (MANY.has(op)) {
    const List = data.length <= GLANCE ? Ticks : Picker;
    return <List data={data} picked={picked} onPick={onChange} />;
  }
  return (
    <Select
      aria-label={t('filter.value')}
      data={data}
      value={asText(value) || null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      comboboxProps={{ withinPortal: false }}
    />
  );
}
