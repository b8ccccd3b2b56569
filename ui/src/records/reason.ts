import { useTranslation } from 'react-i18next';
import type { ObjectSpec, Value, ValueFacts } from '@/api';
import { inSentence, useCatalogue, useFieldLabel } from '@/catalogue';
import { useFormat, type Format } from '@/ui';

type Reason = NonNullable<ValueFacts['facts'][number]['reason']>;

const DAY = /^\d{4}-\d{2}-\d{2}/;
/** Reasons whose `share` and `cut` are percentages; elsewhere a share is a part of one. */
const PERCENT = new Set(['within_cut', 'behind_cuts']);
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A parameter of a reason as a reader writes it: money, dates and numbers by language. */
export function shownParameter(value: Value, format: Format): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return format.number(value, { maximumFractionDigits: 2 });
  if (typeof value === 'string') {
    if (DAY.test(value)) return format.date(value.slice(0, 10));
    return NUMBER.test(value) ? format.number(value, { maximumFractionDigits: 2 }) : value;
  }
  if (typeof value !== 'object') return String(value);
  if ('currency' in value && 'amount' in value) return format.money(value);
  return 'title' in value ? value.title : JSON.stringify(value);
}

/** Figures by the field that they belong to: parts of a sum, or weights. Null for any other value. */
function figuresOf(value: Value): [string, Value][] | null {
  if (typeof value !== 'object' || value === null || 'currency' in value || 'title' in value) return null;
  return Object.entries(value) as [string, Value][];
}

/** Why a derived value is what it is, in the language of the page; the server sends a code and its numbers. */
export function useReason(object: ObjectSpec): (reason: Reason) => string {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const fields = useCatalogue().fieldsOf(object);
  const name = useFieldLabel();
  const named = (part: string, figure: Value): string => {
    const field = fields.get(part);
    const label = field ? inSentence(name(field)) : part;
    return `${label} ${typeof figure === 'number' ? '× ' : ''}${shownParameter(figure, format)}`;
  };
  return ({ code, params }) => {
    const word = (key: string, value: Value): string => {
      if (key === 'share' || key === 'cut')
        return PERCENT.has(code) ? format.percent(Number(value)) : format.share(Number(value));
      if (Array.isArray(value)) return value.map((part) => shownParameter(part, format)).join(', ');
      const figures = figuresOf(value);
      if (figures) return figures.map(([part, figure]) => named(part, figure)).join(', ');
      if (typeof value !== 'string') return shownParameter(value, format);
      const field = fields.get(value);
      if (field) return inSentence(name(field));
      return i18n.exists(`reasonOf.${value}`) ? t(`reasonOf.${value}`) : shownParameter(value, format);
    };
    const words = Object.entries(params).map(([key, value]) => [key, word(key, value)] as const);
    const key = `reason.${code}`;
    if (i18n.exists(key)) return t(key, Object.fromEntries(words));
    return words.map((pair) => pair.join(': ')).join(', ');
  };
}
