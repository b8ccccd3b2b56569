import type { Value, ValueFacts } from '@/api';
import type { Format } from '@/ui';

type Reason = NonNullable<ValueFacts['facts'][number]['reason']>;
type Translate = (key: string, params: Record<string, unknown>) => string;

/** A parameter of a reason as a reader writes it: money, dates and numbers by language. */
function shown(value: Value, format: Format): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return format.number(value, { maximumFractionDigits: 2 });
  if (typeof value === 'object') {
    if ('currency' in value && 'amount' in value) return format.money(value);
    if ('title' in value) return value.title;
    return JSON.stringify(value);
  }
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value)) return format.date(value.slice(0, 10));
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
    return format.number(value, { maximumFractionDigits: 2 });
  return String(value);
}

/** Why a derived value is what it is, in the language of the page; the server sends a code and its numbers. */
export function reasonText(
  reason: Reason,
  t: Translate,
  exists: (key: string) => boolean,
  format: Format,
): string {
  const key = `reason.${reason.code}`;
  const params = Object.fromEntries(
    Object.entries(reason.params).map(([name, value]) => [name, shown(value, format)]),
  );
  if (exists(key)) return t(key, params);
  return Object.entries(params)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
