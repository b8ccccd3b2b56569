import type { MergeField, MergeSource, ObjectSpec, Value } from '@/api';

export const MOST = 100;

export function mayMerge(object: ObjectSpec): boolean {
  return object.can.update && object.can.delete;
}

/** A source as the value of a radio button, and back. */
export function toKey(source: MergeSource): string {
  if (source === null) return 'none';
  return typeof source === 'number' ? String(source) : 'union';
}

export function fromKey(key: string): MergeSource {
  if (key === 'none') return null;
  return key === 'union' ? { union: true } : Number(key);
}

/** All options of all records, each once. */
export function unionOf(field: MergeField): string[] {
  return [...new Set(field.candidates.flatMap(({ value }) => (Array.isArray(value) ? value : [])))];
}

/** Candidates with equal values stand together: the first speaks for all. */
export function distinct(field: MergeField): { key: string; ids: number[]; value: Value }[] {
  const found = new Map<string, { key: string; ids: number[]; value: Value }>();
  for (const { id, value } of field.candidates) {
    const same = JSON.stringify(value ?? null);
    const known = found.get(same);
    if (known) known.ids.push(id);
    else found.set(same, { key: String(id), ids: [id], value });
  }
  return [...found.values()];
}

/** Fields where a choice has to be made, in the order of the catalogue. */
export function toChoose(fields: MergeField[]): MergeField[] {
  return fields.filter(({ differs, writable }) => differs && writable);
}
