import { call } from './http';
import type { Catalogue, FieldSpec, FieldTypeName, Labels, ObjectSpec, Option } from './types';

export interface NewField {
  name: string;
  type: FieldTypeName;
  label: Labels;
  help?: Labels;
  required?: boolean;
  options?: Option[];
  target?: string;
  searchable?: boolean;
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
}

export const catalogue = {
  /** The browser revalidates with the ETag, so an unchanged catalogue costs a 304. */
  read: () => call<Catalogue>('GET', '/catalogue'),
  addObject: (object: NewObject) => call<ObjectSpec>('POST', '/catalogue/objects', { json: object }),
  addField: (object: string, field: NewField) =>
    call<FieldSpec>('POST', `/catalogue/objects/${object}/fields`, { json: field }),
  changeField: (object: string, field: string, change: FieldChange) =>
    call<FieldSpec>('PATCH', `/catalogue/objects/${object}/fields/${field}`, { json: change }),
  hideField: (object: string, field: string) =>
    call<null>('DELETE', `/catalogue/objects/${object}/fields/${field}`),
};
