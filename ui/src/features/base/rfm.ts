import type { Filter, Money, RfmCell } from '@/api';
import type { HeatCell, HeatRow } from '@/ui';

export const SCORES = [1, 2, 3, 4, 5];

export interface RfmHeatCell extends HeatCell {
  filter: Filter;
}

interface RfmWords {
  count: (count: number) => string;
  value: (value: Money) => string;
  label: (cell: RfmCell) => string;
  recency: (score: number) => string;
}

/** Rows by recency, the latest on top; columns by frequency, the rarest first. An empty cell has no customers. */
export function rfmRows(cells: RfmCell[], by: 'count' | 'value', words: RfmWords): HeatRow<RfmHeatCell>[] {
  const size = (cell: RfmCell): number =>
    by === 'count' ? cell.count : Math.max(0, Number(cell.value.amount));
  const most = Math.max(1, ...cells.map(size));
  const shown = (cell: RfmCell): RfmHeatCell => ({
    key: `${cell.r}-${cell.f}`,
    filter: cell.filter,
    // The square root keeps the small cells apart where one is far above the rest.
    share: Math.sqrt(size(cell) / most),
    text: by === 'count' ? words.count(cell.count) : words.value(cell.value),
    small: by === 'count' ? words.value(cell.value) : words.count(cell.count),
    label: words.label(cell),
  });
  return [...SCORES].reverse().map((r) => ({
    key: String(r),
    head: words.recency(r),
    cells: SCORES.map((f) => {
      const cell = cells.find((one) => one.r === r && one.f === f);
      return cell ? shown(cell) : null;
    }),
  }));
}
