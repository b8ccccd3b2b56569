import type { ImportField, ImportPeriod, ImportPlan } from '@/api';

export const UNITS = ['day', 'week', 'month', 'quarter', 'half', 'year'] as const;

const rules = (plan: ImportPlan): ImportField[] =>
  plan.targets.flatMap(({ fields }) => Object.values(fields ?? {}));

/** The numbered period that dates the rows, where a day had to be assumed for its first number. */
export function assumed(plan: ImportPlan): { column: string; period: ImportPeriod } | null {
  const rule = rules(plan).find(({ period }) => period?.start);
  return rule?.period && rule.column ? { column: rule.column, period: rule.period } : null;
}

/** The plan where every field that is dated by this column is dated so. */
export function setPeriod(plan: ImportPlan, column: string, period: ImportPeriod): ImportPlan {
  const dated = (rule: ImportField): ImportField =>
    rule.period && rule.column === column ? { ...rule, period } : rule;
  return {
    ...plan,
    targets: plan.targets.map((target) => ({
      ...target,
      fields: Object.fromEntries(
        Object.entries(target.fields ?? {}).map(([name, rule]) => [name, dated(rule)]),
      ),
    })),
  };
}

/** Columns without a field, by the target that they say something about. */
export function byTarget(plan: ImportPlan, columns: string[]): [string, string[]][] {
  const aliases = new Set(plan.targets.map(({ alias }) => alias));
  const first = plan.targets[0]?.alias ?? '';
  const groups = new Map<string, string[]>();
  for (const column of columns) {
    const about = plan.belongs?.[column] ?? first;
    const alias = aliases.has(about) ? about : first;
    groups.set(alias, [...(groups.get(alias) ?? []), column]);
  }
  return [...groups];
}
