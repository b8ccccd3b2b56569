import type { ChangeAction, FieldSpec, NewChange, ObjectSpec, Value } from '@/api';
import type { ListSearch } from '@/records';

export type Mode = 'edit' | 'assign' | 'tag' | 'trash' | 'restore';

/** What stands in the dialog: not yet, or no longer, a change that could be made. */
export interface Draft {
  field: string | null;
  value: Value;
  /** The field is to be emptied. */
  empty: boolean;
  add: string[];
  remove: string[];
}

export interface Target {
  ids: number[];
  search: ListSearch;
  all: boolean;
}

/** Who may do what is changed colleague by colleague. */
const ONE_BY_ONE = new Set(['user', 'team']);

export function fieldsFor(object: ObjectSpec, mode: Mode): FieldSpec[] {
  const open = object.fields.filter((field) => !field.derived && field.writable && !field.unique);
  if (mode === 'assign') return open.filter(({ name, type }) => name === 'owner' && type === 'user');
  if (mode === 'tag') return open.filter(({ type }) => type === 'multi_choice');
  return mode === 'edit' ? open : [];
}

/** What can be done with records of a type, here or in the trash. */
export function modesFor(object: ObjectSpec, inTrash: boolean): Mode[] {
  if (ONE_BY_ONE.has(object.name)) return [];
  if (inTrash) return object.can.delete ? ['restore'] : [];
  const edits: Mode[] = object.can.update ? ['edit', 'assign', 'tag'] : [];
  return [
    ...edits.filter((mode) => fieldsFor(object, mode).length > 0),
    ...(object.can.delete ? (['trash'] as const) : []),
  ];
}

export function firstDraft(object: ObjectSpec, mode: Mode): Draft {
  const fields = fieldsFor(object, mode);
  const field = mode === 'edit' ? null : (fields.find(({ name }) => name === 'tags') ?? fields[0])?.name;
  return { field: field ?? null, value: null, empty: false, add: [], remove: [] };
}

const isNothing = (value: Value): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

function edited(mode: Mode, draft: Draft): Partial<NewChange> | null {
  const { field, value, empty, add, remove } = draft;
  if (field === null) return null;
  if (mode === 'tag') {
    if (!add.length && !remove.length) return null;
    return { add: { [field]: add }, remove: { [field]: remove } };
  }
  if (isNothing(value) && !empty) return null;
  return { set: { [field]: empty ? null : value } };
}

/** The change that the draft stands for, or null while something is missing. */
export function changeOf(object: ObjectSpec, mode: Mode, draft: Draft, target: Target): NewChange | null {
  const action: ChangeAction = mode === 'trash' || mode === 'restore' ? mode : 'edit';
  const what = action === 'edit' ? edited(mode, draft) : {};
  if (!what) return null;
  const { filter, q } = target.search;
  const which = target.all ? { ...(filter && { filter }), ...(q && { q }) } : { ids: target.ids };
  return { object: object.name, action, ...which, ...what };
}
