import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export interface Amount {
  amount: string;
  currency: string;
}

type Decimal = Intl.StringNumericLiteral | number | bigint;

/** Direction marks that some languages put around currencies; an isolate says it once and for all. */
const MARKS = /[\u200e\u200f\u061c]/g;

const DAY = 86_400_000;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', DAY / 24],
  ['minute', DAY / 1440],
];

/** Isolates a run of digits and Latin letters so that right-to-left text around it does not reorder it. */
export function isolate(text: string): string {
  return `\u2066${text}\u2069`;
}

/** Gives a text of its own direction where a picture, which has none, would read it from the left. */
export function directed(text: string, rtl: boolean): string {
  return rtl ? `\u2067${text}\u2069` : text;
}

function decimal(value: string | number): Decimal {
  return typeof value === 'string' ? (value as Intl.StringNumericLiteral) : value;
}

export interface MoneyOptions {
  /** `compact` writes 8.9M; `whole` drops the cents. */
  style?: 'full' | 'whole' | 'compact';
}

/** Formats for one language; pure, exact (decimal strings never become floats). */
export interface Format {
  locale: string;
  number: (value: string | number, options?: Intl.NumberFormatOptions) => string;
  /** Negative amounts stand in parentheses, as in accountancy. */
  money: (value: Amount, options?: MoneyOptions) => string;
  /** `value` is a percentage: "74.6" gives 74.6 %. */
  percent: (value: string | number, digits?: number) => string;
  /** `value` is a share of one: 0.746 gives 74.6 %. */
  share: (value: number, digits?: number) => string;
  /** `value` is YYYY-MM-DD. */
  date: (value: string) => string;
  month: (value: string) => string;
  dateTime: (value: string) => string;
  /** "3 weeks ago", from a date or a date-time. */
  relative: (value: string, now?: number) => string;
}

function instant(value: string): Date {
  return new Date(value.length === 10 ? `${value}T00:00:00` : value);
}

function moneyText(locale: string, value: Amount, style: MoneyOptions['style']): string {
  const negative = value.amount.startsWith('-');
  const plain = negative ? value.amount.slice(1) : value.amount;
  const text = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: value.currency,
    currencyDisplay: 'narrowSymbol',
    ...(style === 'whole' ? { maximumFractionDigits: 0 } : {}),
    ...(style === 'compact' ? { notation: 'compact', maximumFractionDigits: 1 } : {}),
  })
    .format(decimal(plain))
    .replace(MARKS, '');
  return negative ? `(${text})` : text;
}

function relativeText(locale: string, value: string, now: number): string {
  const gap = instant(value).getTime() - now;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, size] of STEPS) {
    if (value.length === 10 && size < DAY) break;
    if (Math.abs(gap) >= size) return words.format(Math.trunc(gap / size), unit);
  }
  return value.length === 10 ? words.format(0, 'day') : words.format(0, 'second');
}

export function makeFormat(locale: string): Format {
  const percent = (value: Decimal, digits: number): string =>
    new Intl.NumberFormat(locale, {
      style: 'percent',
      maximumFractionDigits: digits,
      signDisplay: 'negative',
    }).format(value);
  return {
    locale,
    number: (value, options) =>
      new Intl.NumberFormat(locale, { signDisplay: 'negative', ...options }).format(decimal(value)),
    money: (value, options) => isolate(moneyText(locale, value, options?.style)),
    percent: (value, digits = 1) => percent(Number(value) / 100, digits),
    share: (value, digits = 1) => percent(value, digits),
    date: (value) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(instant(value)),
    month: (value) =>
      new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short' }).format(instant(value)),
    dateTime: (value) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(instant(value)),
    relative: (value, now = Date.now()) => relativeText(locale, value, now),
  };
}

const REGIONS: Record<string, string> = { en: 'en-GB', ko: 'ko-KR', zh: 'zh-CN', ro: 'ro-RO', he: 'he-IL' };

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => makeFormat(REGIONS[i18n.language] ?? i18n.language), [i18n.language]);
}

/** The language of the page with the region that this browser prefers for it: 11/23/2026 in the States, 23/11/2026 elsewhere. */
export function useRegion(): string {
  const { i18n } = useTranslation();
  const own = navigator.languages.find((tag) => tag.startsWith(`${i18n.language}-`));
  return own ?? REGIONS[i18n.language] ?? i18n.language;
}

/** A label as it stands inside a sentence: "Net revenue" becomes "net revenue", "ABC class" stays. */
export function inSentence(label: string, language: string): string {
  return /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLocaleLowerCase(language) + label.slice(1) : label;
}
