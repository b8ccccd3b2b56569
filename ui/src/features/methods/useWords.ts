import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MethodNeed, MethodRefusal } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { useFormat } from '@/ui';

export interface Words {
  method: (key: string) => string;
  setting: (name: string) => string;
  help: (name: string) => string | undefined;
  option: (setting: string, value: string) => string;
  field: (name: string) => string;
  need: (need: MethodNeed) => string;
  refusal: (refusal: MethodRefusal) => string;
  /** Any value of a setting as a reader writes it. */
  value: (name: string, value: unknown) => string;
}

/** Settings whose values are fields of the customer. */
const FIELDS = new Set(['measure', 'clusters_fields', 'leaving_field', 'leaving_from']);

const plain = (name: string): string => name.replaceAll('_', ' ');

/** The words for what a method declares; a code without words is shown as it is. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const catalogue = useCatalogue();
  const label = useFieldLabel();
  return useMemo(() => {
    const known = (key: string, fallback: string): string => (i18n.exists(key) ? t(key) : fallback);
    const field = (name: string): string => {
      const kinds = ['company', 'person'].flatMap((kind) => catalogue.object(kind) ?? []);
      const found = kinds.map((kind) => catalogue.field(kind, name)).find(Boolean);
      return found ? label(found) : plain(name);
    };
    const option = (setting: string, value: string): string =>
      known(`methods.option.${setting}.${value}`, plain(value));
    const number = (value: number): string => format.number(value, { maximumFractionDigits: 4 });
    const single = (name: string, value: string): string =>
      FIELDS.has(name) ? field(value) : known(`methods.option.${name}.${value}`, value);
    const value = (name: string, given: unknown): string => {
      if (given === null || given === undefined || given === '') return t('methods.nothing');
      if (name === 'schedule') return t(`methods.schedule.${String(given)}`);
      if (typeof given === 'boolean') return t(given ? 'boolean.yes' : 'boolean.no');
      if (typeof given === 'number') return number(given);
      if (Array.isArray(given))
        return given.map((part) => value(name, part)).join(', ') || t('methods.nothing');
      if (typeof given !== 'object') return single(name, String(given));
      return Object.entries(given)
        .map(([key, part]) => (typeof part === 'number' ? `${field(key)} × ${number(part)}` : String(part)))
        .join(', ');
    };
    const counted = (part: 'need' | 'refusal', code: string, numbers: Record<string, string>): string => {
      const key = `methods.${part}.${code}`;
      return i18n.exists(key)
        ? t(key, numbers)
        : t(`methods.${part}.other`, { what: plain(code), ...numbers });
    };
    return {
      method: (key) => known(`methods.name.${key}`, plain(key)),
      setting: (name) => known(`methods.setting.${name}`, plain(name)),
      help: (name) => (i18n.exists(`methods.help.${name}`) ? t(`methods.help.${name}`) : undefined),
      option,
      field,
      need: ({ code, least }) => counted('need', code, { least: number(least) }),
      refusal: ({ code, least, found }) =>
        found === null && i18n.exists(`methods.need.${code}`)
          ? counted('need', code, { least: number(least) })
          : counted('refusal', code, { least: number(least), found: found === null ? '–' : number(found) }),
      value,
    };
  }, [t, i18n, format, catalogue, label]);
}
