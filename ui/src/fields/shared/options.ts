import type { FieldSpec, Option } from '@/api';

/** Also those that were taken away: records hold them still, and are found by them. */
export function everyOption(field: Pick<FieldSpec, 'options' | 'former'>): Option[] {
  return field.options?.length ? [...field.options, ...(field.former ?? [])] : [];
}

/** What may be chosen, and what the record holds although it is no option any more. */
export function optionsBeside(field: Pick<FieldSpec, 'options' | 'former'>, held: string[]): Option[] {
  const chosen = new Set((field.options ?? []).map(({ value }) => value));
  return everyOption(field).filter(({ value }) => chosen.has(value) || held.includes(value));
}
