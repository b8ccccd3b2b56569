import type { Condition, FieldSpec, Filter, Operator } from '@/api';

const NO_VALUE = new Set<Operator>(['empty', 'not_empty']);
const MANY = new Set<Operator>(['in', 'not_in', 'has_any', 'has_all']);
const PREFERRED: Partial<Record<FieldSpec['type'], Operator>> = {
  text: 'contains',
  long_text: 'contains',
  email: 'contains',
  phone: 'contains',
  url: 'contains',
  choice: 'in',
  multi_choice: 'has_any',
  relation: 'in',
  user: 'in',
  date: 'within',
  datetime: 'within',
  boolean: 'eq',
  integer: 'ge',
  decimal: 'ge',
  percent: 'ge',
  money: 'ge',
};

export function isCondition(node: Filter): node is Condition {
  return 'field' in node;
}

/** The parts of a filter that a reader sees as chips: what its outermost "and" joins. */
export function parts(filter: Filter | undefined): Filter[] {
  if (!filter) return [];
  return 'and' in filter ? filter.and : [filter];
}

export function join(found: Filter[]): Filter | undefined {
  if (found.length < 2) return found[0];
  return { and: found };
}

export function replaced(filter: Filter | undefined, index: number, part: Filter): Filter | undefined {
  return join(parts(filter).map((old, at) => (at === index ? part : old)));
}

export function removed(filter: Filter | undefined, index: number): Filter | undefined {
  return join(parts(filter).filter((_, at) => at !== index));
}

export function added(filter: Filter | undefined, part: Filter): Filter | undefined {
  return join([...parts(filter), part]);
}

export function needsValue(op: Operator): boolean {
  return !NO_VALUE.has(op);
}

/** Whether the server would accept it: an unfinished condition stays in its editor. */
export function isComplete({ op, value }: Condition): boolean {
  if (!needsValue(op)) return true;
  if (op === 'between') return Array.isArray(value) && value.length === 2 && value.every((end) => end !== '');
  if (MANY.has(op)) return Array.isArray(value) && value.length > 0;
  return value !== undefined && value !== '' && !Array.isArray(value);
}

/** The operator that people mean most often for a type. */
export function firstOperator(field: FieldSpec): Operator {
  const preferred = PREFERRED[field.type];
  return preferred && field.operators.includes(preferred) ? preferred : (field.operators[0] ?? 'eq');
}

const OF_TIME = new Set<Operator>(['lt', 'le', 'gt', 'ge']);

/** The text key of an operator: numbers are "more than", days are "after". */
export function operatorKey({ type }: FieldSpec, op: Operator): string {
  const time = type === 'date' || type === 'datetime';
  return `${time && OF_TIME.has(op) ? 'opDate' : 'op'}.${op}`;
}

/** The condition with another operator; the value stays where the new operator can read it. */
export function withOperator(condition: Condition, op: Operator): Condition {
  const { field, value } = condition;
  if (!needsValue(op)) return { field, op };
  const shape = (of: Operator): string => {
    if (MANY.has(of)) return 'many';
    return of === 'between' || of === 'within' ? of : 'one';
  };
  const [from, to] = [shape(condition.op), shape(op)];
  if (from === to) return { field, op, value };
  if (from === 'one' && to === 'many' && (typeof value === 'string' || typeof value === 'number'))
    return { field, op, value: [value] };
  if (from === 'many' && to === 'one' && Array.isArray(value)) return { field, op, value: value[0] };
  return { field, op };
}

/** The sort after a click on a column: up, down, none. */
export function nextSort(current: string | undefined, field: string): string | undefined {
  if (current === field) return `-${field}`;
  return current === `-${field}` ? undefined : field;
}
