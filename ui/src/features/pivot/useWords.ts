import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec, PivotAxis, PivotFigure, PivotHead, PivotValue } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';

export interface PivotWords {
  axis: (axis: PivotAxis) => string;
  figure: (figure: PivotFigure) => string;
  /** The values of a row or column, one for each of its fields. */
  head: (axes: PivotAxis[], head: PivotHead) => string[];
  value: (figure: PivotFigure, value: PivotValue) => string;
}

/** The number of a figure; undefined where there is none. */
export function numberOf(value: PivotValue | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  return Number(typeof value === 'object' ? value.amount : value);
}

/** A quarter, a week or a year has no format of its own. */
function dayText(
  by: PivotAxis['by'],
  day: string,
  month: (day: string) => string,
  date: (day: string) => string,
): string {
  if (by === 'year') return day.slice(0, 4);
  if (by === 'quarter') return `${day.slice(0, 4)} Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
  return by === 'month' ? month(day) : date(day);
}

/** What stands in a pivot, in the words of the page. */
export function usePivotWords(object: ObjectSpec): PivotWords {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  const name = useFieldLabel();
  const format = useFormat();
  return useMemo(() => {
    const fieldName = (path: string): string => {
      const [first = '', second] = path.split('.');
      const link = catalogue.field(object, first);
      const field = catalogue.field(object, path);
      if (!link || !field) return path;
      if (!second) return name(field);
      return `${name(link)} · ${second === 'currency' ? t('pivot.currency') : name(field)}`;
    };
    const word = (axis: PivotAxis, head: PivotHead, at: number): string => {
      const [key, span] = [head.keys[at], head.spans[at]];
      if (key === null || key === undefined) return t('field.empty');
      const field = catalogue.field(object, axis.field);
      const number = (text: string): string => format.number(text) + (field?.type === 'percent' ? ' %' : '');
      if (span) {
        const [low, high] = span;
        if (low === null) return `< ${number(high ?? '')}`;
        return high === null ? `≥ ${number(low)}` : `${number(low)} – ${number(high)}`;
      }
      if (typeof key === 'boolean') return t(key ? 'boolean.yes' : 'boolean.no');
      if (axis.by !== 'value') return dayText(axis.by, String(key), format.month, format.date);
      const option = field?.options?.find(({ value }) => value === key);
      return read(option?.label) || (head.labels[at] ?? String(key));
    };
    return {
      axis: (axis) => {
        const step = axis.by === 'value' || axis.by === 'band' ? '' : ` (${t(`pivot.step.${axis.by}`)})`;
        return fieldName(axis.field) + step;
      },
      figure: ({ function: done, field }) =>
        field
          ? t('pivot.of', { figure: t(`pivot.figure.${done}`), field: fieldName(field) })
          : t('pivot.figure.count'),
      head: (axes, head) => axes.map((axis, at) => word(axis, head, at)),
      value: ({ field }, value) => {
        if (value === null) return '';
        if (typeof value === 'object') {
          return format.money(value, { style: Math.abs(Number(value.amount)) >= 1000 ? 'whole' : 'full' });
        }
        const text = format.number(value, { maximumFractionDigits: 2 });
        return field && catalogue.field(object, field)?.type === 'percent' ? `${text} %` : text;
      },
    };
  }, [t, catalogue, read, name, format, object]);
}
