import type { FieldSpec, ObjectSpec } from '@/api';
import type { CatalogueView } from '@/catalogue';

/** The columns behind the title: those of the address, else of the object's default list. The title stands first anyway. */
export function listColumns(
  catalogue: CatalogueView,
  object: ObjectSpec,
  columns: string | undefined,
): FieldSpec[] {
  const byName = catalogue.fieldsOf(object);
  const names = columns ? columns.split(',') : object.list;
  return [...new Set(names)].flatMap((name) => (object.title.includes(name) ? [] : (byName.get(name) ?? [])));
}

/** The `columns` parameter; undefined when it says what the default list says. */
export function columnsParameter(object: ObjectSpec, names: string[]): string | undefined {
  const usual = object.list.filter((name) => !object.title.includes(name));
  return names.join() === usual.join() || names.length === 0 ? undefined : names.join();
}
