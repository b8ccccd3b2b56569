import { CloseButton, Popover, TextInput, type TextInputProps } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { useTranslation } from 'react-i18next';
import { dayForm } from './day';
import { useRegion } from './format';

export interface DayInputProps extends Omit<
  TextInputProps,
  'value' | 'defaultValue' | 'onChange' | 'rightSection'
> {
  /** YYYY-MM-DD. */
  value: string | null;
  onChange: (value: string | null) => void;
  clearable?: boolean;
  withinPortal?: boolean;
}

/** The text in hand: undefined while the input shows the value. */
function useTyped({ value, onChange, clearable }: Pick<DayInputProps, 'value' | 'onChange' | 'clearable'>) {
  const locale = useRegion();
  const form = useMemo(() => dayForm(locale), [locale]);
  const [typed, setTyped] = useState<string>();
  const [unread, setUnread] = useState(false);
  const meant = typed === undefined ? value : form.read(typed);
  const set = (next: string | null): void => {
    setTyped(undefined);
    setUnread(false);
    if (next !== value) onChange(next);
  };
  return {
    form,
    meant,
    unread,
    text: typed ?? (value ? form.write(value.slice(0, 10)) : ''),
    type: (text: string) => {
      setTyped(text);
      setUnread(false);
    },
    set,
    /** Takes what was typed; false where it is no day. */
    take: (): boolean => {
      if (typed === undefined) return true;
      if (typed.trim() === '') set(clearable ? null : value);
      else if (meant) set(meant);
      else setUnread(true);
      return typed.trim() === '' || meant !== null;
    },
  };
}

/** A day, shown and typed the way of the language; ISO is read as well. What cannot be read stays and says so. */
export function DayInput({
  value,
  onChange,
  clearable = false,
  withinPortal = true,
  error,
  onFocus,
  ...more
}: DayInputProps): ReactElement {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { form, meant, unread, text, type, set, take } = useTyped({ value, onChange, clearable });
  const problem = unread
    ? t('day.unread', { example: form.write(new Date().toISOString().slice(0, 10)) })
    : '';
  const input = useRef<HTMLInputElement>(null);
  // The form around it is not sent with the day before.
  useEffect(() => input.current?.setCustomValidity(problem), [problem]);
  const words = { year: t('day.year'), month: t('day.month'), day: t('day.day') };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpened(false);
    if (event.key !== 'Enter' || take()) return;
    setOpened(false);
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = (event: FocusEvent): void => {
    setOpened(false);
    if (!take()) event.stopPropagation();
  };
  const clear = (
    <CloseButton
      size="xs"
      tabIndex={-1}
      aria-label={t('day.clear')}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => set(null)}
    />
  );
  return (
    <Popover
      opened={opened}
      position="bottom-start"
      trapFocus={false}
      withRoles={false}
      withinPortal={withinPortal}
    >
      <Popover.Target>
        <TextInput
          placeholder={form.spell(words)}
          {...more}
          ref={input}
          value={text}
          error={problem || error}
          data-unread={unread || undefined}
          autoComplete="off"
          rightSection={clearable && value ? clear : undefined}
          onChange={(event) => {
            type(event.currentTarget.value);
            setOpened(true);
          }}
          onFocus={(event) => {
            onFocus?.(event);
            setOpened(!error);
          }}
          onClick={() => setOpened(true)}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        />
      </Popover.Target>
      <Popover.Dropdown onMouseDown={(event) => event.preventDefault()}>
        <DatePicker
          key={meant?.slice(0, 7)}
          size="xs"
          value={meant}
          defaultDate={meant ?? undefined}
          onChange={(next) => {
            setOpened(false);
            if (next) set(next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
