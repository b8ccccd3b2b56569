import {
  ActionIcon,
  Checkbox,
  Group,
  Input,
  MultiSelect,
  NumberInput,
  Select,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MethodSetting, SettingKind } from '@/api';
import { useCatalogue } from '@/catalogue';
import { DayInput } from '@/ui';
import { Entered } from './Entered';
import styles from './methods.module.css';
import { useWords } from './useWords';

export interface SettingInputProps {
  setting: MethodSetting;
  value: unknown;
  /** Label, what it does, and what is wrong with it. */
  shown: { label: string; description?: string; error?: string };
  onChange: (value: unknown) => void;
}

const NUMERIC = new Set(['integer', 'decimal', 'percent', 'money']);

const typed = (value: string | number): number | '' => (value === '' ? '' : Number(value));

/** The numbers that companies and people both have. */
function useNumericFields(): { value: string; label: string }[] {
  const catalogue = useCatalogue();
  const words = useWords();
  const [company, person] = ['company', 'person'].map((name) => catalogue.object(name));
  if (!company || !person) return [];
  const both = catalogue.fieldsOf(person);
  return company.fields
    .filter(({ name, type }) => NUMERIC.has(type) && both.get(name)?.type === type)
    .map(({ name }) => ({ value: name, label: words.field(name) }));
}

function Numeric({ setting, value, onChange, shown }: SettingInputProps): ReactElement {
  return (
    <NumberInput
      {...shown}
      maw={240}
      clampBehavior="none"
      allowDecimal={setting.kind === 'number'}
      value={(value ?? '') as number | ''}
      onChange={(next) => onChange(typed(next))}
    />
  );
}

function Choice({ setting, value, onChange, shown }: SettingInputProps): ReactElement {
  const words = useWords();
  return (
    <Select
      {...shown}
      styles={{ wrapper: { maxWidth: 360 } }}
      allowDeselect={false}
      value={value as string}
      data={setting.options.map((option) => ({ value: option, label: words.option(setting.name, option) }))}
      onChange={onChange}
    />
  );
}

function Choices({ setting, value, onChange, shown }: SettingInputProps): ReactElement {
  const words = useWords();
  return (
    <MultiSelect
      {...shown}
      value={value as string[]}
      data={setting.options.map((option) => ({ value: option, label: words.option(setting.name, option) }))}
      onChange={onChange}
    />
  );
}

function FieldChoice({ value, onChange, shown }: SettingInputProps): ReactElement {
  const fields = useNumericFields();
  return (
    <Select
      {...shown}
      styles={{ wrapper: { maxWidth: 360 } }}
      searchable
      allowDeselect={false}
      value={value as string}
      data={fields}
      onChange={onChange}
    />
  );
}

function Cuts({ value, onChange, shown }: SettingInputProps): ReactElement {
  const { t } = useTranslation();
  const cuts = value as (number | '')[];
  return (
    <Input.Wrapper {...shown}>
      <Group gap="xs" mt={4}>
        {cuts.map((cut, at) => (
          <NumberInput
            key={at}
            w={96}
            hideControls
            aria-label={t('methods.cut', { label: shown.label, number: at + 1 })}
            value={cut}
            onChange={(next) => onChange(cuts.map((old, index) => (index === at ? typed(next) : old)))}
          />
        ))}
      </Group>
    </Input.Wrapper>
  );
}

function Weights({ value, onChange, shown }: SettingInputProps): ReactElement {
  const { t } = useTranslation();
  const words = useWords();
  const fields = useNumericFields();
  const weights = Object.entries(value as Record<string, number | ''>);
  const keep = (next: [string, number | ''][]): void => onChange(Object.fromEntries(next));
  const left = fields.filter((field) => !weights.some(([name]) => name === field.value));
  return (
    <Input.Wrapper {...shown}>
      {weights.map(([name, weight], at) => (
        <div key={name} className={styles.weight} style={{ marginTop: 6 }}>
          <span>{words.field(name)}</span>
          <NumberInput
            hideControls
            aria-label={t('methods.weightOf', { field: words.field(name) })}
            value={weight}
            onChange={(next) => keep(weights.map((old, index) => (index === at ? [name, typed(next)] : old)))}
          />
          <ActionIcon
            aria-label={t('methods.dropWeight', { field: words.field(name) })}
            onClick={() => keep(weights.filter(([other]) => other !== name))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <Select
        mt={6}
        maw={300}
        searchable
        aria-label={t('methods.addWeight')}
        placeholder={t('methods.addWeight')}
        leftSection={<IconPlus size={14} />}
        value={null}
        data={left}
        onChange={(name) => name && keep([...weights, [name, 1]])}
      />
    </Input.Wrapper>
  );
}

function Period({ value, onChange, shown }: SettingInputProps): ReactElement {
  const { t } = useTranslation();
  const period = (value ?? {}) as { from?: string | null; to?: string | null };
  const ends = ['from', 'to'] as const;
  const set = (part: Partial<typeof period>): void => {
    const next = { from: null, to: null, ...period, ...part };
    onChange(next.from || next.to ? next : null);
  };
  return (
    <Input.Wrapper {...shown}>
      <Group gap="xs" mt={4} grow maw={360}>
        {ends.map((end) => (
          <DayInput
            key={end}
            clearable
            aria-label={`${shown.label}: ${t(`insight.${end}`)}`}
            placeholder={t(`insight.${end}`)}
            value={period[end] ?? null}
            onChange={(day) => set({ [end]: day })}
          />
        ))}
      </Group>
    </Input.Wrapper>
  );
}

function Day({ value, onChange, shown }: SettingInputProps): ReactElement {
  return <DayInput {...shown} clearable maw={240} value={value as string | null} onChange={onChange} />;
}

function Text({ value, onChange, shown }: SettingInputProps): ReactElement {
  return (
    <TextInput
      {...shown}
      maw={240}
      value={(value ?? '') as string}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Codes({ value, onChange, shown }: SettingInputProps): ReactElement {
  return <TagsInput {...shown} value={(value ?? []) as string[]} onChange={onChange} />;
}

function Flag({ value, onChange, shown }: SettingInputProps): ReactElement {
  return (
    <Checkbox
      {...shown}
      checked={Boolean(value)}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

const INPUTS: Record<SettingKind, (props: SettingInputProps) => ReactElement> = {
  integer: Numeric,
  number: Numeric,
  flag: Flag,
  choice: Choice,
  choices: Choices,
  codes: Codes,
  text: Text,
  day: Day,
  field: FieldChoice,
  weights: Weights,
  cuts: Cuts,
  period: Period,
  fields: Entered,
  column: Entered,
  columns: Entered,
};

/** The input that fits the kind of a setting. */
export function SettingInput(props: SettingInputProps): ReactElement {
  const Kind = INPUTS[props.setting.kind];
  return <Kind {...props} />;
}
