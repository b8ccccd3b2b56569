import type { Catalogue, FieldSpec, Labels, ObjectSpec, Operator } from '@/api';

/** The label in a language, else English, else any. */
export function label(labels: Labels | null | undefined, language: string): string {
  if (!labels) return '';
  return labels[language] ?? labels.en ?? Object.values(labels)[0] ?? '';
}

/** A label inside a sentence: "Company" becomes "company", "VAT rate" stays. */
export function inSentence(text: string): string {
  const [first = '', second = ''] = text;
  const acronym = second !== second.toLocaleLowerCase();
  return acronym ? text : first.toLocaleLowerCase() + text.slice(first.length);
}

/** The currency of an amount, as a field to filter by. */
function currencyOf(field: FieldSpec): FieldSpec {
  const operators: Operator[] = ['eq', 'ne', 'in', 'not_in', 'empty', 'not_empty'];
  return { ...field, name: `${field.name}.currency`, type: 'text', options: [], target: null, operators };
}

/** The catalogue with its look-ups made once per version. */
export class CatalogueView {
  readonly byName: ReadonlyMap<string, ObjectSpec>;
  readonly byPlural: ReadonlyMap<string, ObjectSpec>;
  private readonly fields = new Map<string, ReadonlyMap<string, FieldSpec>>();

  constructor(readonly data: Catalogue) {
    this.byName = new Map(data.objects.map((object) => [object.name, object]));
    this.byPlural = new Map(data.objects.map((object) => [object.plural, object]));
  }

  get objects(): ObjectSpec[] {
    return this.data.objects;
  }

  object(name: string): ObjectSpec | undefined {
    return this.byName.get(name);
  }

  fieldsOf(object: ObjectSpec): ReadonlyMap<string, FieldSpec> {
    const known = this.fields.get(object.name);
    if (known) return known;
    const made = new Map(object.fields.map((field) => [field.name, field]));
    this.fields.set(object.name, made);
    return made;
  }

  /** The field at a path: `amount`, `company.country` over one relation, or `amount.currency`. */
  field(object: ObjectSpec, path: string): FieldSpec | undefined {
    const [first = '', second] = path.split('.');
    const field = this.fieldsOf(object).get(first);
    if (second === 'currency' && field?.type === 'money') return currencyOf(field);
    if (!second || !field?.target) return second ? undefined : field;
    const target = this.object(field.target);
    return target && this.fieldsOf(target).get(second);
  }

  /** The fields of the default list, in their order. */
  listFields(object: ObjectSpec): FieldSpec[] {
    const byName = this.fieldsOf(object);
    return object.list.flatMap((name) => byName.get(name) ?? []);
  }
}
