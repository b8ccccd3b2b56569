import type { TFunction } from 'i18next';
import type { Effect, FieldSpec, Labels, ModelNote, ObjectSpec } from '@/api';
import type { Format } from '@/ui';

interface Names {
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

/** An effect as a sentence: "Contract: Two year rather than Month-to-month". */
export function effectWords(effect: Effect, names: Names): string {
  const { t, format } = names;
  const field = nameOf(names, effect.feature);
  if (effect.level !== null)
    return t('leaving.effect.level', {
      field,
      level: valueOf(names, effect.feature, effect.level),
      reference: valueOf(names, effect.feature, effect.reference),
    });
  if (effect.unknown) return t('leaving.effect.unknown', { field });
  return t('leaving.effect.step', {
    field,
    step: format.number(effect.step, { maximumSignificantDigits: 3 }),
  });
}

/** A column of a model in words: a field, or a value of a choice (`contract = one_year`). */
function columnOf(names: Names, column: string): string {
  const [name = '', level] = column.split(' = ');
  return level === undefined ? nameOf(names, name) : `${nameOf(names, name)}: ${valueOf(names, name, level)}`;
}

/** Remarks that say the same of several columns as one. */
export function gathered(notes: ModelNote[], names: Names): ModelNote[] {
  const found = new Map<string, ModelNote>();
  for (const note of notes) {
    const { column, ...rest } = note.params;
    const alone = column !== undefined && Object.keys(rest).length === 0;
    const before = alone ? found.get(note.code) : undefined;
    const named = alone ? { column: columnOf(names, String(column)) } : note.params;
    const joined = before ? { column: `${before.params.column}, ${named.column}` } : named;
    found.set(alone ? note.code : note.words, { ...note, params: joined });
  }
  return [...found.values()];
}

/** A remark in the language of the page; one that it does not know in English. */
export function noteWords(note: ModelNote, names: Names): string {
  const { t, format } = names;
  const params = Object.fromEntries(
    Object.entries(note.params).map(([name, value]) => [
      name,
      typeof value === 'number'
        ? format.number(value, { maximumSignificantDigits: 3 })
        : columnOf(names, value),
    ]),
  );
  return t(`model.note.${note.code}`, { ...params, defaultValue: note.words });
}
