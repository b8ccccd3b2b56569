import { CloseButton, Popover, TextInput, type TextInputProps } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
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

/** The calendar below the input: opened, walked into by keys, and left again. */
function useCalendar(input: RefObject<HTMLInputElement | null>) {
  const [opened, setOpened] = useState(false);
  const dropdown = useRef<HTMLDivElement>(null);
  const returning = useRef(false);
  const comeBack = (): void => {
    setOpened(false);
    if (!dropdown.current?.contains(document.activeElement)) return;
    returning.current = true;
    input.current?.focus();
    returning.current = false;
  };
  const enter = (): void => {
    setOpened(true);
    requestAnimationFrame(() =>
      dropdown.current?.querySelector<HTMLElement>('table button[tabindex="0"]')?.focus(),
    );
  };
  /** Escape closes the calendar alone, not what it stands in. */
  const onEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !opened) return;
    event.stopPropagation();
    comeBack();
  };
  return { opened, setOpened, dropdown, returning, comeBack, enter, onEscape };
}

interface CalendarProps {
  day: string | null;
  onChoose: (day: string | null) => void;
}

function Calendar({ day, onChoose }: CalendarProps): ReactElement {
  const { t } = useTranslation();
  const [next, previous] = [t('day.next'), t('day.previous')];
  return (
    <DatePicker
      key={day?.slice(0, 7)}
      size="xs"
      ariaLabels={{
        nextMonth: next,
        previousMonth: previous,
        nextYear: next,
        previousYear: previous,
        nextDecade: next,
        previousDecade: previous,
      }}
      value={day}
      defaultDate={day ?? undefined}
      onChange={onChoose}
    />
  );
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
  const { form, meant, unread, text, type, set, take } = useTyped({ value, onChange, clearable });
  const problem = unread
    ? t('day.unread', { example: form.write(new Date().toISOString().slice(0, 10)) })
    : '';
  const input = useRef<HTMLInputElement>(null);
  const calendar = useId();
  // The form around it is not sent with the day before.
  useEffect(() => input.current?.setCustomValidity(problem), [problem]);
  const words = { year: t('day.year'), month: t('day.month'), day: t('day.day') };
  const { opened, setOpened, dropdown, returning, comeBack, enter, onEscape } = useCalendar(input);
  const onKeyDown = (event: KeyboardEvent): void => {
    onEscape(event);
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      enter();
    }
    if (event.key !== 'Enter' || take()) return;
    setOpened(false);
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = (event: FocusEvent): void => {
    if (!dropdown.current?.contains(event.relatedTarget)) setOpened(false);
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
          data-mantine-stop-propagation={opened || undefined}
          aria-haspopup="dialog"
          aria-expanded={opened}
          role="combobox"
          aria-controls={opened ? calendar : undefined}
          autoComplete="off"
          rightSection={clearable && value ? clear : undefined}
          onChange={(event) => {
            type(event.currentTarget.value);
            setOpened(true);
          }}
          onFocus={(event) => {
            onFocus?.(event);
            if (!returning.current) setOpened(!error);
          }}
          onClick={() => setOpened(true)}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        />
      </Popover.Target>
      <Popover.Dropdown
        ref={dropdown}
        id={calendar}
        role="dialog"
        aria-label={t('day.calendar')}
        onMouseDown={(event) => event.preventDefault()}
        onKeyDown={onEscape}
        onFocus={(event) => event.target.setAttribute('data-mantine-stop-propagation', 'true')}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget) && event.relatedTarget !== input.current)
            onBlur(event);
        }}
      >
        <Calendar
          day={meant}
          onChoose={(next) => {
            comeBack();
            if (next) set(next);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
