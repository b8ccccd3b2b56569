/** The shapes of /api/v1, by hand until they are generated from openapi.json. */

export type FieldTypeName =
  | 'text'
  | 'long_text'
  | 'email'
  | 'phone'
  | 'url'
  | 'integer'
  | 'decimal'
  | 'percent'
  | 'money'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'multi_choice'
  | 'relation'
  | 'user'
  | 'address';

export type Labels = Record<string, string>;

export interface FieldProblem {
  field: string;
  code: string;
  message: string;
  remedy?: string | null;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: FieldProblem[];
  current?: ApiRecord;
  /** The amounts (409) that are in several currencies. */
  currency_of?: string;
  /** For each field that was sent (412): what was sent, what is there, and what the sender had begun with. */
  fields?: Record<string, { yours: Value; theirs: Value; base?: Value }>;
}

export interface Option {
  value: string;
  label: Labels;
  color: string | null;
}

export interface FieldSpec {
  id: string;
  name: string;
  type: FieldTypeName;
  label: Labels;
  help: Labels;
  required: boolean;
  unique: boolean;
  derived: boolean;
  method: string | null;
  options: Option[];
  /** Options that were taken away. */
  former?: Option[];
  target: string | null;
  sensitivity: string | null;
  operators: Operator[];
  sortable: boolean;
  writable: boolean;
  in_list: boolean;
  origin: string;
  kind: FieldKind;
  formula: string | null;
  rollup: Rollup | null;
  hierarchy: boolean;
  required_if: string | null;
  verify_every: number | null;
  /** Whether it comes to be known only after the fact, so that no model may learn from it. */
  known_after?: boolean;
}

/** Where a value comes from: people, analysis, a formula, or related records. */
export type FieldKind = 'entered' | 'insight' | 'formula' | 'rollup';

export type RollupFunction = 'count' | 'sum' | 'min' | 'max' | 'avg' | 'last';

/** What the records of `object` whose `field` points here come to. */
export interface Rollup {
  object: string;
  field: string;
  function: RollupFunction;
  of?: string;
  filter?: Filter;
  by?: string;
}

/** A field out of sight that an owner may bring back. */
export interface HiddenField {
  name: string;
  type: FieldTypeName;
  label: Labels;
  kind: FieldKind;
}

export interface RelationSpec {
  object: string;
  field: string;
  label: Labels;
}

export interface ObjectSpec {
  name: string;
  plural: string;
  label: Labels;
  label_plural: Labels;
  icon: string | null;
  origin: string;
  list: string[];
  sort: string | null;
  title: string[];
  fields: FieldSpec[];
  relations: RelationSpec[];
  /** The dates from and to which a record holds. */
  period?: [string, string] | null;
  hidden?: HiddenField[];
  can: { create: boolean; update: boolean; delete: boolean };
}

export interface Catalogue {
  version: number | string;
  languages: string[];
  objects: ObjectSpec[];
}

export interface Money {
  amount: string;
  currency: string;
}

export interface Ref {
  id: number;
  title: string;
}

export interface Address {
  street?: string | null;
  city?: string | null;
  region?: string | null;
  postal_code?: string | null;
  country?: string | null;
}

export type Value = string | number | boolean | null | undefined | Money | Ref | Address | string[];

export interface SystemFields {
  id: number;
  version: number;
  title: string;
  external_id?: string | null;
  created_at?: string;
  updated_at?: string;
  deleted_at?: string | null;
  as_of?: string | null;
}

export type ApiRecord = SystemFields & Record<string, Value>;

export type Operator =
  | 'eq'
  | 'ne'
  | 'in'
  | 'not_in'
  | 'contains'
  | 'not_contains'
  | 'starts_with'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'between'
  | 'within'
  | 'under'
  | 'unverified'
  | 'has_any'
  | 'has_all'
  | 'empty'
  | 'not_empty';

export type FilterValue = string | number | boolean | (string | number)[];

export interface Condition {
  field: string;
  op: Operator;
  value?: FilterValue;
  /** In place of a value: compare with the mean of the records that share this field's value. */
  mean_of_group?: string;
  /** The class that it had on this day, not the one of today. */
  on?: string;
}

/** Some record that points here fits; with `count`, so many of them do. */
export interface RelatedFilter {
  related: string;
  filter?: Filter;
  count?: { op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'; value: number };
}

export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | RelatedFilter | Condition;

export interface Page<T> {
  data: T[];
  next: string | null;
}

/** How many there are. `estimated`: a sample says so; `value` is null where even that took too long. */
export interface Count {
  value: number | null;
  capped: boolean;
  estimated?: boolean;
}

export interface RecordPageAnswer extends Page<ApiRecord> {
  count: Count | null;
  /** A text was looked for, and some records are still being made ready for that. */
  partial: boolean;
}

/** A list of records that point at another one: its first rows. */
export interface RelatedHead {
  object: string;
  field: string;
  count: Count;
  data: ApiRecord[];
}

/** A sum: a decimal string, or for money one amount for each currency. */
export type Sum = string | null | Money[];

export interface Summary {
  total: { count: number; sum: Record<string, Sum> };
  groups: { key: Value; label: string | null; count: number; sum: Record<string, Sum> }[];
}
