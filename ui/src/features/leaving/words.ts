import type { Effect, ModelNote } from '@/api';
import { columnOf, nameOf, valueOf, type Names } from '@/records';

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
