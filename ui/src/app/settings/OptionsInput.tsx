import { ActionIcon, Button, Group, Input, NativeSelect, Stack, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconPlus, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Option } from '@/api';
import { useLabel } from '@/catalogue';
import { nameOf } from './names';

const COLOURS = ['gray', 'teal', 'blue', 'indigo', 'violet', 'pink', 'red', 'orange', 'yellow', 'green'];

interface OptionsInputProps {
  value: Option[];
  /** All that it ever had, so that what was taken away can be put back. */
  ever: Option[];
  onChange: (value: Option[]) => void;
  error?: string;
}

/** The name of an option that has none yet: from its label, or a number where the label has no Latin letter. */
function valueOf(text: string, taken: Option[]): string {
  const base = nameOf(text) || `option_${taken.length + 1}`;
  return taken.some(({ value }) => value === base) ? `${base}_${taken.length + 1}` : base;
}

/** What may be chosen, in order, each with its colour. */
export function OptionsInput({ value, ever, onChange, error }: OptionsInputProps): ReactElement {
  const { t, i18n } = useTranslation();
  const read = useLabel();
  const gone = ever.filter((option) => !value.some((other) => other.value === option.value));
  const put = (at: number, option: Option): void =>
    onChange(value.map((old, index) => (index === at ? option : old)));
  const rename = (at: number, option: Option, text: string): void =>
    put(at, { ...option, label: { ...option.label, en: option.label.en ?? text, [i18n.language]: text } });
  const add = (text: string): void =>
    onChange([...value, { value: valueOf(text, [...value, ...gone]), label: { en: text }, color: 'gray' }]);
  return (
    <Input.Wrapper label={t('fields.options')} error={error} labelElement="div">
      <Stack gap={4}>
        {value.map((option, at) => (
          <Group key={option.value} gap={4} wrap="nowrap">
            <TextInput
              flex={1}
              aria-label={t('fields.option', { number: at + 1 })}
              dir="auto"
              value={read(option.label)}
              onChange={(event) => rename(at, option, event.currentTarget.value)}
            />
            <NativeSelect
              aria-label={t('fields.colour')}
              data={COLOURS.map((colour) => ({ value: colour, label: t(`colour.${colour}`) }))}
              value={option.color ?? 'gray'}
              onChange={(event) => put(at, { ...option, color: event.currentTarget.value })}
            />
            <ActionIcon
              aria-label={t('fields.removeOption')}
              onClick={() => onChange(value.filter((_, index) => index !== at))}
            >
              <IconX size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={14} />}
          style={{ alignSelf: 'start' }}
          onClick={() => add(t('fields.option', { number: value.length + 1 }))}
        >
          {t('fields.addOption')}
        </Button>
        {gone.map((option) => (
          <Button
            key={option.value}
            variant="subtle"
            color="gray"
            leftSection={<IconArrowBackUp size={14} />}
            style={{ alignSelf: 'start' }}
            onClick={() => onChange([...value, option])}
          >
            {t('fields.putBack', { option: read(option.label) })}
          </Button>
        ))}
      </Stack>
    </Input.Wrapper>
  );
}
