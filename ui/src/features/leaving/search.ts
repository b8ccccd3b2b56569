import type { CustomerObject, FieldSpec, ObjectSpec } from '@/api';

/** What the page works out, as it stands in the address bar. */
export interface LeavingSearch {
  object?: CustomerObject;
  target?: string;
  gone?: string;
  tenure?: string;
  without?: string[];
}

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[a-z][a-z0-9_]*$/.test(value) ? value : undefined;

/** Reads an address; what does not fit is dropped, so an old link still opens the page. */
export function readLeavingSearch(raw: Record<string, unknown>): LeavingSearch {
  const without = Array.isArray(raw.without) ? raw.without.flatMap((name) => word(name) ?? []) : [];
  const search: LeavingSearch = {
    object: raw.object === 'company' || raw.object === 'person' ? raw.object : undefined,
    target: word(raw.target),
    gone: raw.gone === undefined ? undefined : String(raw.gone),
    tenure: word(raw.tenure),
    without: without.length > 0 ? without : undefined,
  };
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

const NUMBERS = new Set<FieldSpec['type']>(['integer', 'decimal', 'percent', 'money']);
const SUITABLE = new Set<FieldSpec['type']>([...NUMBERS, 'date', 'choice', 'text', 'boolean']);
const LEAVING = /churn|cancel|left|leav|attrit|terminat|gone|lost|quit|resign/;
const YES = /^(yes|true|1|y|left|gone|lost|churned|cancelled|canceled)$/;

/** The fields that a model may learn from, unless they are somebody's personal data. */
export function suitable(object: ObjectSpec): FieldSpec[] {
  return object.fields.filter(
    ({ kind, type, sensitivity, name }) =>
      kind === 'entered' &&
      SUITABLE.has(type) &&
      (sensitivity ?? 'none') === 'none' &&
      !object.title.includes(name),
  );
}

/** The fields that can say who went: yes or no, or a choice. */
export function outcomes(object: ObjectSpec): FieldSpec[] {
  return object.fields.filter(
    ({ kind, type }) => kind === 'entered' && (type === 'boolean' || type === 'choice'),
  );
}

/** The field that is called after leaving, if any. */
export function likelyOutcome(object: ObjectSpec): FieldSpec | undefined {
  const found = outcomes(object).filter(({ name }) => LEAVING.test(name));
  return found.find(({ type }) => type === 'boolean') ?? found[0];
}

/** The value of those who went, unless told. */
export function likelyValue(field: FieldSpec | undefined): string | undefined {
  if (!field) return undefined;
  if (field.type === 'boolean') return 'true';
  return (field.options.find(({ value }) => YES.test(value)) ?? field.options[0])?.value;
}

export function numbers(object: ObjectSpec): FieldSpec[] {
  return suitable(object).filter(({ type }) => NUMBERS.has(type) && type !== 'money');
}

/** The number that says how long somebody has been a customer, if one is called so. */
export function likelyTenure(object: ObjectSpec): FieldSpec | undefined {
  return numbers(object).find(({ name }) => /tenure|duration|months|seniority|age_of|since/.test(name));
}
