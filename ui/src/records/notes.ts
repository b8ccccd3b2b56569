import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, Labels, ModelNote, ObjectSpec } from '@/api';
import { useLabel } from '@/catalogue';
import { useFormat, type Format } from '@/ui';

/** What it takes to say in words what a model says in codes. */
export interface Names {
  t: TFunction;
  format: Format;
  object: ObjectSpec;
  read: (labels: Labels | null | undefined) => string;
}

function fieldOf(object: ObjectSpec, name: string): FieldSpec | undefined {
  return object.fields.find((field) => field.name === name);
}

/** A field by its label. */
export function nameOf({ object, read }: Names, name: string): string {
  const field = fieldOf(object, name);
  return (field && read(field.label)) || name;
}

/** A value of a choice by its label; a boolean in words. */
export function valueOf({ object, read, t }: Names, name: string, value: string | null): string {
  if (!value) return t('leaving.unknown');
  const field = fieldOf(object, name);
  if (field?.type === 'boolean') return t(value === 'true' ? 'boolean.yes' : 'boolean.no');
  const option = field?.options.find((one) => one.value === value);
  return (option && read(option.label)) || value;
}

/** A column of a model in words: a field, or a value of a choice (`contract = one_year`). */
export function columnOf(names: Names, column: string): string {
  const [name = '', level] = column.split(' = ');
  return level === undefined ? nameOf(names, name) : `${nameOf(names, name)}: ${valueOf(names, name, level)}`;
}

/** A remark in the language of the page; one that it does not know in English. */
export function noteWords(note: ModelNote, names: Names): string {
  const { t, format } = names;
  const params = Object.fromEntries(
    Object.entries(note.params).map(([name, value]) => [
      name,
      typeof value === 'number'
        ? format.number(value, Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 })
        : columnOf(names, value),
    ]),
  );
  return t(`model.note.${note.code}`, { ...params, defaultValue: note.words });
}

/** For the names of the fields of one kind of record. */
export function useNames(object: ObjectSpec): Names {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  return { t, format, object, read };
}
