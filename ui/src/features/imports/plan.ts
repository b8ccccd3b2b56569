import type {
  Catalogue,
  FieldSpec,
  ImportColumn,
  ImportField,
  ImportLink,
  ImportPlan,
  ImportTarget,
  ObjectSpec,
} from '@/api';

/** Every function here gives a new plan; the old one stays as it was. */

export const REFERENCES = new Set<FieldSpec['type']>(['relation', 'user']);

export function isLink(field: FieldSpec): boolean {
  return REFERENCES.has(field.type);
}

/** The fields that a file may fill in. */
export function fillable(object: ObjectSpec): FieldSpec[] {
  return object.fields.filter(({ derived, writable }) => !derived && writable);
}

function changed(
  plan: ImportPlan,
  alias: string,
  change: (target: ImportTarget) => ImportTarget,
): ImportPlan {
  return {
    ...plan,
    targets: plan.targets.map((target) => (target.alias === alias ? change(target) : target)),
  };
}

function put<T>(parts: Record<string, T> | undefined, name: string, part: T | null): Record<string, T> {
  const rest = Object.fromEntries(Object.entries(parts ?? {}).filter(([key]) => key !== name));
  if (part === null) return rest;
  return parts && name in parts
    ? Object.fromEntries(Object.entries(parts).map(([key, old]) => [key, key === name ? part : old]))
    : { ...rest, [name]: part };
}

export function setField(
  plan: ImportPlan,
  alias: string,
  name: string,
  rule: ImportField | null,
): ImportPlan {
  return changed(plan, alias, (target) => ({ ...target, fields: put(target.fields, name, rule) }));
}

export function setLink(plan: ImportPlan, alias: string, name: string, link: ImportLink | null): ImportPlan {
  return changed(plan, alias, (target) => ({ ...target, links: put(target.links, name, link) }));
}

export function setKey(plan: ImportPlan, alias: string, key: ImportTarget['key']): ImportPlan {
  return changed(plan, alias, (target) => ({ ...target, key }));
}

/** Takes a target out, and with it what the others drew from it. */
export function removeTarget(plan: ImportPlan, alias: string): ImportPlan {
  const targets = plan.targets
    .filter((target) => target.alias !== alias)
    .map((target) => ({
      ...target,
      links: keep(target.links, (link) => link.target !== alias),
      fields: keep(target.fields, (rule) => !rule.sum_of?.startsWith(`${alias}.`)),
    }));
  return { ...plan, targets };
}

function keep<T>(parts: Record<string, T> | undefined, wanted: (part: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(parts ?? {}).filter(([, part]) => wanted(part)));
}

const squash = (text: string): string =>
  text
    .normalize('NFKC')
    .toLocaleLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The column that the header names like a field. */
export function columnFor(field: FieldSpec, columns: ImportColumn[]): string | undefined {
  const names = new Set([field.name, ...Object.values(field.label)].map(squash));
  return columns.find(({ name }) => names.has(squash(name)))?.name;
}

/** A target for another record type: what both have in common stays, what the header names is added. */
export function retargeted(target: ImportTarget, object: ObjectSpec, columns: ImportColumn[]): ImportTarget {
  const fields: Record<string, ImportField> = {};
  const links: Record<string, ImportLink> = {};
  for (const field of fillable(object)) {
    const column = columnFor(field, columns);
    if (isLink(field)) {
      const link = target.links?.[field.name] ?? (column ? { column } : undefined);
      if (link) links[field.name] = link;
    } else {
      const rule = target.fields?.[field.name] ?? (column ? { column } : undefined);
      if (rule) fields[field.name] = rule;
    }
  }
  return { ...target, object: object.name, fields: { ...fields, ...titled(object, fields, columns) }, links };
}

/** The title of a record is often called after the record type itself: "Company", not "Name". */
function titled(
  object: ObjectSpec,
  fields: Record<string, ImportField>,
  columns: ImportColumn[],
): Record<string, ImportField> {
  const field = fillable(object).find(({ name, required }) => required && object.title.includes(name));
  if (!field || field.name in fields) return {};
  const names = new Set([object.name, object.plural, ...Object.values(object.label)].map(squash));
  const taken = new Set(Object.values(fields).flatMap(columnsOf));
  const called = columns.find(({ name }) => names.has(squash(name)));
  const column = (called ?? columns.find(({ name }) => !taken.has(name)))?.name;
  return column ? { [field.name]: { column } } : {};
}

/** The fields without which no record can be made, and that nothing fills in. */
export function missing(target: ImportTarget, object: ObjectSpec): FieldSpec[] {
  return addable(target, object).filter(({ required }) => required);
}

/** Parts of a target in the order of the catalogue; a plan that was sent comes back in another. */
export function inOrder<T>(parts: Record<string, T> | undefined, object: ObjectSpec): [string, T][] {
  const places = new Map(object.fields.map(({ name }, place) => [name, place]));
  const place = ([name]: [string, T]): number => places.get(name) ?? places.size;
  return Object.entries(parts ?? {}).sort((a, b) => place(a) - place(b));
}

export function changeObject(
  plan: ImportPlan,
  alias: string,
  object: ObjectSpec,
  columns: ImportColumn[],
): ImportPlan {
  return changed(plan, alias, (target) => retargeted(target, object, columns));
}

/** The simplest plan for a record type: one record for each row. */
export function planFor(object: ObjectSpec, columns: ImportColumn[]): ImportPlan {
  const first = columns[0]?.name;
  const bare: ImportTarget = {
    alias: object.name,
    object: object.name,
    key: { columns: first ? [first] : [] },
  };
  return { targets: [retargeted(bare, object, columns)] };
}

/** The columns that one rule reads. */
export function columnsOf(rule: ImportField): string[] {
  const {
    column,
    or,
    currency_column: currency,
    period,
    joined = [],
    product_of: product = [],
    parts = {},
  } = rule;
  return [column, or, currency, period?.year, ...joined, ...product, ...Object.values(parts)].filter(
    (name) => name !== undefined,
  );
}

/** What a file of rejected rows carries for the next attempt; the server reads these by itself. */
const OWN_COLUMNS = new Set(['import_row', 'import_key', 'import_reason']);

/** The columns of the file that nothing reads. */
export function unused(plan: ImportPlan, columns: ImportColumn[]): string[] {
  const read = new Set<string>(plan.left?.map(({ column }) => column));
  for (const target of plan.targets) {
    for (const name of target.key?.columns ?? []) read.add(name);
    for (const rule of Object.values(target.fields ?? {})) for (const name of columnsOf(rule)) read.add(name);
    for (const link of Object.values(target.links ?? {})) if (link.column) read.add(link.column);
  }
  return columns.map(({ name }) => name).filter((name) => !read.has(name) && !OWN_COLUMNS.has(name));
}

/** The columns whose cells go into no record: a key of several columns tells records apart, and keeps none of them. */
export function withoutField(plan: ImportPlan, columns: ImportColumn[]): string[] {
  const targets = plan.targets.map((target) =>
    (target.key?.columns.length ?? 0) > 1 ? { ...target, key: { columns: [] } } : target,
  );
  return unused({ ...plan, targets }, columns);
}

/** The fields that can still be added to a target. */
export function addable(target: ImportTarget, object: ObjectSpec): FieldSpec[] {
  return fillable(object).filter(
    ({ name }) => !(name in (target.fields ?? {})) && !(name in (target.links ?? {})),
  );
}

/** The target with a field more, filled from the column of that name, or the first that nobody reads. */
export function addField(
  plan: ImportPlan,
  alias: string,
  field: FieldSpec,
  columns: ImportColumn[],
): ImportPlan {
  const column = columnFor(field, columns) ?? unused(plan, columns)[0] ?? columns[0]?.name;
  if (isLink(field)) return setLink(plan, alias, field.name, { column });
  return setField(plan, alias, field.name, { column });
}

/** Cells of a choice column, each with the option that it means: by the plan, else by value or label. */
export function meanings(
  field: FieldSpec,
  rule: ImportField,
  samples: (string | null)[],
): { cell: string; option: string | undefined; known: boolean }[] {
  const cells = new Set([...samples.filter((cell) => cell !== null), ...Object.keys(rule.values ?? {})]);
  return [...cells].map((cell) => {
    const said = rule.values?.[cell];
    const found = field.options?.find(({ value, label }) =>
      [value, ...Object.values(label)].some((name) => squash(name) === squash(cell)),
    )?.value;
    return { cell, option: said ?? found, known: said !== undefined || found !== undefined };
  });
}

/** Whether the same plan would be sent; the order of keys does not count. */
export function samePlan(a: ImportPlan | null, b: ImportPlan | null): boolean {
  return stable(a) === stable(b);
}

function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${key}:${stable(part)}`)
    .join(',')}}`;
}

/** The record types that a user of this catalogue may import. */
export function importable(catalogue: Catalogue): ObjectSpec[] {
  return catalogue.objects.filter(({ can }) => can.create && can.update);
}
