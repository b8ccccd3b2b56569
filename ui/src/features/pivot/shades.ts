import type { Pivot, PivotFigure, PivotRow, PivotValue } from '@/api';
import type { Share } from './search';
import { numberOf } from './useWords';

/** The largest cell of each figure, by size. */
export function peaks(pivot: Pivot, figures: PivotFigure[]): number[] {
  return figures.map((_, figure) =>
    pivot.rows.reduce(
      (most, row) =>
        row.cells.reduce((now, cell) => Math.max(now, Math.abs(numberOf(cell?.[figure]) ?? 0)), most),
      0,
    ),
  );
}

export function canShare({ function: done }: PivotFigure): boolean {
  return done === 'count' || done === 'sum';
}

/** A value as a part of its row, its column or everything; null where there is nothing to be a part of. */
export function partOf(
  value: PivotValue | undefined,
  figure: number,
  share: Share,
  whole: { row: PivotValue[]; column: PivotValue[]; all: PivotValue[] },
): number | null {
  const [part, of] = [numberOf(value), numberOf(whole[share][figure])];
  return part === undefined || !of ? null : part / of;
}

export interface Largest {
  row: PivotRow;
  column: number;
  value: PivotValue;
}

/** The cell with most of a figure. */
export function largest(pivot: Pivot, figure: number): Largest | null {
  let found: Largest | null = null;
  for (const row of pivot.rows) {
    row.cells.forEach((cell, column) => {
      const value = numberOf(cell?.[figure]);
      if (cell && value !== undefined && value > (numberOf(found?.value) ?? -Infinity))
        found = { row, column, value: cell[figure] ?? null };
    });
  }
  return found;
}
