import type { FieldSpec, Filter, ObjectSpec, RelatedFilter, RelationSpec } from '@/api';

/** What can be asked of related records: some, more or fewer than so many, none of the last days. */
export const WAYS = ['some', 'more', 'fewer', 'silent'] as const;
export type Way = (typeof WAYS)[number];

export interface Asked {
  way: Way;
  number: number;
  /** "Of this kind only": a choice field of the related records and its value. */
  field?: string;
  value?: string;
}

export const NUMBERED = new Set<Way>(['more', 'fewer', 'silent']);

/** The fields by which related records are told apart here. */
export function choicesOf(other: ObjectSpec): FieldSpec[] {
  return other.fields.filter(({ type, options }) => type === 'choice' && (options?.length ?? 0) > 0);
}

/** When a related record happened, as far as its list tells; else when it was entered. */
function momentOf(other: ObjectSpec): string {
  const shown = other.list.map((name) => other.fields.find((field) => field.name === name));
  return shown.find((field) => field?.type === 'date' || field?.type === 'datetime')?.name ?? 'created_at';
}

/** The filter tree of an answer. */
export function relatedFilter(relation: RelationSpec, other: ObjectSpec, asked: Asked): Filter {
  const { way, number, field, value } = asked;
  const kind: Filter[] = field && value ? [{ field, op: 'in', value: [value] }] : [];
  const late: Filter = { field: momentOf(other), op: 'within', value: `P${number}D` };
  const found = way === 'silent' ? [...kind, late] : kind;
  const related: RelatedFilter = { related: `${relation.object}.${relation.field}` };
  if (found.length > 0) related.filter = found.length === 1 ? found[0] : { and: found };
  if (way === 'silent') return { not: related };
  if (way === 'more' || way === 'fewer') related.count = { op: way === 'more' ? 'gt' : 'lt', value: number };
  return related;
}
