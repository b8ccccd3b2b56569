import type { ReactNode } from 'react';
import type { Cohort, CohortCell, Filter } from '@/api';
import type { HeatCell, HeatRow } from '@/ui';

export interface CohortHeatCell extends HeatCell {
  filter: Filter | undefined;
}

/** Months since year 0. */
function ordinal(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

/** The last month that anything is known of. */
export function lastMonth(cohorts: Cohort[]): number {
  return Math.max(
    ...cohorts.flatMap(({ month, cells }) => [month, ...cells.map((cell) => cell.month)]).map(ordinal),
  );
}

/** How far a cohort could be watched: months after its first. */
export function horizon(cohort: Cohort, last: number): number {
  return last - ordinal(cohort.month);
}

/**
 * The share of all customers that bought again `offset` months after their first month, over the cohorts old enough
 * to tell; null where none is.
 */
export function comeBack(cohorts: Cohort[], offset: number): number | null {
  const last = lastMonth(cohorts);
  const old = cohorts.filter((cohort) => horizon(cohort, last) >= offset);
  const size = old.reduce((sum, cohort) => sum + cohort.size, 0);
  const back = old.reduce(
    (sum, { cells }) => sum + (cells.find((cell) => cell.offset === offset)?.retained ?? 0),
    0,
  );
  return size ? back / size : null;
}

interface CohortWords {
  head: (cohort: Cohort) => ReactNode;
  share: (share: number) => string;
  count: (count: number) => string;
  label: (cohort: Cohort, cell: CohortCell) => string;
}

/** Rows by month of first purchase, columns by months since; a month nobody came back in counts as none, not unknown. */
export function cohortRows(
  cohorts: Cohort[],
  by: 'share' | 'count',
  words: CohortWords,
): HeatRow<CohortHeatCell>[] {
  const last = lastMonth(cohorts);
  const most = Math.max(
    0.0001,
    ...cohorts.flatMap(({ cells }) => cells.filter((c) => c.offset > 0).map((c) => c.share)),
  );
  return cohorts.map((cohort) => ({
    key: cohort.month,
    head: words.head(cohort),
    cells: Array.from({ length: horizon(cohort, last) }, (_, index) => {
      const offset = index + 1;
      const found = cohort.cells.find((cell) => cell.offset === offset);
      const cell = found ?? {
        offset,
        month: monthAfter(cohort.month, offset),
        retained: 0,
        share: 0,
        filter: undefined,
      };
      return {
        key: `${cohort.month}+${offset}`,
        filter: found?.filter,
        share: cell.share / most,
        text: by === 'share' ? words.share(cell.share) : words.count(cell.retained),
        label: words.label(cohort, cell as CohortCell),
      };
    }),
  }));
}

export function monthAfter(month: string, offset: number): string {
  const at = ordinal(month) + offset;
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}-01`;
}
