import type { FieldSpec, FigureFunction, ObjectSpec, PivotAxis, PivotFigure, PivotStep } from '@/api';
import type { CatalogueView } from '@/catalogue';

const DAYS: PivotStep[] = ['month', 'quarter', 'year', 'week', 'day'];
const BY_VALUE = new Set(['choice', 'boolean', 'text', 'relation', 'user', 'email', 'phone', 'url']);
const NUMBERS = new Set(['integer', 'decimal', 'percent', 'money']);
const FUNCTIONS: FigureFunction[] = ['sum', 'mean', 'min', 'max'];
const STEPS = new Set<string>(['value', 'band', ...DAYS]);
const NAME = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/;
const EDGE = /^-?\d{1,15}(\.\d{1,4})?$/;

/** How the values of a field can be laid out, the most usual first; none for those that cannot. */
export function stepsOf({ type }: FieldSpec): PivotStep[] {
  if (type === 'date' || type === 'datetime') return DAYS;
  if (type === 'integer') return ['band', 'value'];
  if (NUMBERS.has(type)) return ['band'];
  return BY_VALUE.has(type) ? ['value'] : [];
}

export function isNumber({ type }: FieldSpec): boolean {
  return NUMBERS.has(type);
}

/** Chances and shares have a mean; most other numbers a sum. */
export function firstFunction({ type }: FieldSpec): FigureFunction {
  return type === 'percent' ? 'mean' : 'sum';
}

/** `country`, `issued_at:month`, `total:band:0;100`: as it stands in the address. */
export function writeAxis({ field, by, edges }: PivotAxis): string {
  if (by === 'value') return field;
  return edges?.length ? `${field}:${by}:${edges.join(';')}` : `${field}:${by}`;
}

export function readAxes(text: string | undefined): PivotAxis[] {
  return (text ?? '').split(',').flatMap((word): PivotAxis[] => {
    const [field = '', by = 'value', edges = ''] = word.split(':');
    if (!NAME.test(field) || !STEPS.has(by)) return [];
    const begins = edges.split(';').filter((edge) => EDGE.test(edge));
    return [{ field, by: by as PivotStep, ...(begins.length > 0 && { edges: begins }) }];
  });
}

export function writeFigure({ function: done, field }: PivotFigure): string {
  return field ? `${done}:${field}` : done;
}

export function readFigures(text: string | undefined): PivotFigure[] {
  const found = (text ?? '').split(',').flatMap((word): PivotFigure[] => {
    const [done, field] = word.split(':');
    if (done === 'count' && !field) return [{ function: 'count' }];
    const known = FUNCTIONS.find((one) => one === done);
    return known && field && NAME.test(field) ? [{ function: known, field }] : [];
  });
  return found.length > 0 ? found.slice(0, 4) : [{ function: 'count' }];
}

/** Rising numbers out of what somebody typed: "0, 100, 1000". */
export function readEdges(text: string): string[] | null {
  const found = text.split(/[,;\s]+/).filter(Boolean);
  const rising = found.every((edge, at) => at === 0 || Number(found[at - 1]) < Number(edge));
  return rising && found.length <= 40 && found.every((edge) => EDGE.test(edge)) ? found : null;
}

export interface AxisChoice {
  path: string;
  field: FieldSpec;
  /** The link over which the field is reached. */
  link?: FieldSpec;
}

/** What can make rows or columns: own fields, then those of linked records. */
export function axisChoices(object: ObjectSpec, catalogue: CatalogueView): AxisChoice[] {
  const fits = (field: FieldSpec, of: ObjectSpec): boolean =>
    stepsOf(field).length > 0 && !field.unique && !of.title.includes(field.name);
  const own = object.fields.filter((field) => fits(field, object));
  const linked = object.fields.flatMap((link) => {
    const target = link.target ? catalogue.object(link.target) : undefined;
    if (!target || target === object) return [];
    return target.fields
      .filter(
        (field) =>
          fits(field, target) && ['choice', 'boolean', 'text', 'user', 'relation'].includes(field.type),
      )
      .map((field) => ({ path: `${link.name}.${field.name}`, field, link }));
  });
  return [...own.map((field) => ({ path: field.name, field })), ...linked];
}

/** Where a pivot of this type begins: something that divides it well. */
export function usual(object: ObjectSpec): { rows?: string; columns?: string } {
  const names = new Set(object.fields.map(({ name }) => name));
  const choices = object.fields.filter(({ type }) => type === 'choice').map(({ name }) => name);
  const [first, second] = ['country', 'abc_class'].filter((name) => names.has(name));
  if (first && second) return { rows: first, columns: second };
  return {
    rows: choices[0] ?? first ?? object.fields.find((f) => stepsOf(f).length > 0)?.name,
    columns: choices[1],
  };
}
