import type { ApiRecord, FieldSpec, ObjectSpec } from '@/api';
import { isEmpty } from '@/fields';

const WEIGHT: Partial<Record<FieldSpec['type'], number>> = {
  money: 0,
  choice: 1,
  date: 2,
  datetime: 2,
  percent: 3,
  integer: 4,
  decimal: 4,
};

/** The three facts that matter now: of what the object shows in lists, those with a value, money before state before time. */
export function leadingFacts(object: ObjectSpec, record: ApiRecord): FieldSpec[] {
  const listed = object.list.flatMap((name) => object.fields.find((field) => field.name === name) ?? []);
  return listed
    .filter((field) => WEIGHT[field.type] !== undefined && !isEmpty(record[field.name]))
    .sort((a, b) => (WEIGHT[a.type] ?? 9) - (WEIGHT[b.type] ?? 9))
    .slice(0, 3);
}

/** What the log calls a file that was attached or taken off. */
export const FILES = '$files';
