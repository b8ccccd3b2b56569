import { call } from './http';
import type { Catalogue, FieldSpec, FieldTypeName, Labels, ObjectSpec, Option, Rollup } from './types';

export interface NewField {
  name: string;
  type: FieldTypeName;
  label: Labels;
  help?: Labels;
  required?: boolean;
  options?: Option[];
  target?: string;
  searchable?: boolean;
  formula?: string;
  rollup?: Rollup;
  required_if?: string;
  verify_every?: number;
}

export interface NewObject {
  name: string;
  label: Labels;
  label_plural: Labels;
  plural?: string;
  icon?: string;
  fields: NewField[];
}

export interface FieldChange {
  label?: Labels;
  help?: Labels;
  required?: boolean;
  hidden?: boolean;
  options?: Option[];
  formula?: string;
  rollup?: Rollup;
  required_if?: string | null;
  verify_every?: number | null;
  known_after?: boolean;
}

/** ``held``: how many records hold each option that was taken away. */
export interface ChangedField extends FieldSpec {
  held?: Record<string, number>;
}

/** What a formula gives: the field types that it fits, and the fields that it reads. */
export interface FormulaFound {
  kind: string;
  types: FieldTypeName[];
  reads: string[];
}

export interface RollupFound {
  type: FieldTypeName;
  reads: string[];
}

export const catalogue = {
  /** The browser revalidates with the ETag, so an unchanged catalogue costs a 304. */
  read: () => call<Catalogue>('GET', '/catalogue'),
  addObject: (object: NewObject) => call<ObjectSpec>('POST', '/catalogue/objects', { json: object }),
  addField: (object: string, field: NewField) =>
    call<ChangedField>('POST', `/catalogue/objects/${object}/fields`, { json: field }),
  changeField: (object: string, field: string, change: FieldChange) =>
    call<ChangedField>('PATCH', `/catalogue/objects/${object}/fields/${field}`, { json: change }),
  checkFormula: (object: string, formula: string, name: string | null, signal?: AbortSignal) =>
    call<FormulaFound>('POST', '/catalogue/formulas/check', {
      json: { object, formula, ...(name ? { name } : {}) },
      signal,
    }),
  checkRollup: (object: string, rollup: Rollup, signal?: AbortSignal) =>
    call<RollupFound>('POST', '/catalogue/rollups/check', { json: { object, rollup }, signal }),
  hideField: (object: string, field: string) =>
    call<null>('DELETE', `/catalogue/objects/${object}/fields/${field}`),
};
