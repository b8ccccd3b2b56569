import { useTranslation } from 'react-i18next';
import type { ChangeRun, Value } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';

function spelled(value: Value, none: string): string {
  if (value === null || value === undefined) return none;
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object') return String(value);
  if ('title' in value) return String(value.title);
  return Object.values(value).join(' ');
}

/** A change in one line: the field and its new value, words that came and went, or where the records went. */
export function useWhat(): (run: ChangeRun) => string {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const label = useFieldLabel();
  return (run) => {
    if (run.action !== 'edit') return t(`changing.did.${run.action}`);
    const name = (field: string): string => {
      const known = catalogue.object(run.object)?.fields.find((one) => one.name === field);
      return known ? label(known) : field;
    };
    return [
      ...Object.entries(run.set).map(([field, value]) => `${name(field)}: ${spelled(value, '–')}`),
      ...Object.entries(run.add).map(([field, words]) => `${name(field)}: + ${words.join(', ')}`),
      ...Object.entries(run.remove).map(([field, words]) => `${name(field)}: − ${words.join(', ')}`),
    ].join('; ');
  };
}
