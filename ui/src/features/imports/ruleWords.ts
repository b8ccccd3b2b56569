import type { ImportField, ImportPeriod, ImportRule } from '@/api';

type Words = (key: string, values: Record<string, string>) => string;

/** How a rule makes its value, where that is more than taking over a cell. */
export function ruleWords(rule: ImportField, t: Words): string[] {
  const { product_of: product, sum_of: sum, parts, rules, or, else: rest, keep, numbered } = rule;
  const { joined, between = ' ', period, column } = rule;
  return [
    product?.length ? product.join(' × ') : '',
    joined?.length ? joined.join(between) : '',
    period && column ? periodWords(column, period, t) : '',
    numbered ? t('imports.rule.numbered', { word: numbered }) : '',
    sum ? t('imports.rule.sum', { of: sum }) : '',
    parts && Object.keys(parts).length > 0
      ? Object.entries(parts)
          .map(([part, column]) => `${part}: ${column}`)
          .join(', ')
      : '',
    ...(rules ?? []).map((one) => caseWords(one, t)),
    rest !== undefined && rules?.length ? t('imports.rule.else', { value: rest }) : '',
    or ? t('imports.rule.or', { column: or }) : '',
    keep ? t('imports.rule.keep', {}) : '',
  ].filter(Boolean);
}

function periodWords(column: string, { unit, start, first = 1 }: ImportPeriod, t: Words): string {
  const words = t('imports.rule.period', { column, unit: t(`imports.unit.${unit}`, {}) });
  return start ? `${words}; ${t('imports.rule.periodStart', { number: String(first), day: start })}` : words;
}

function caseWords({ value, starts_with: starts, equals, contains }: ImportRule, t: Words): string {
  if (starts !== undefined) return t('imports.rule.starts', { value, text: starts });
  if (equals !== undefined) return t('imports.rule.equals', { value, text: equals });
  return t('imports.rule.contains', { value, text: contains ?? '' });
}

/** Whether a rule takes its value from more than one cell; then the column cannot be chosen here. */
export function isMade(rule: ImportField): boolean {
  return Boolean(
    rule.product_of?.length ||
    rule.joined?.length ||
    rule.period ||
    rule.sum_of ||
    rule.numbered ||
    (rule.parts && Object.keys(rule.parts).length),
  );
}
