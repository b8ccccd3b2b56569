import type { Migration, MovedCell } from '@/api';
import type { HeatCell, HeatRow } from '@/ui';

/** Classes that stand in an order, the best first; of the others no move is up or down. */
const ORDERED = new Set(['abc_class', 'xyz_class', 'key_class']);

export type MoveKind = 'fell' | 'rose' | 'moved';

export interface Move {
  kind: MoveKind;
  cell: MovedCell;
}

function worth(cell: MovedCell): number {
  return cell.value ? Number(cell.value.amount) : cell.count;
}

function most(cells: MovedCell[]): MovedCell | undefined {
  return cells.reduce<MovedCell | undefined>(
    (best, cell) => (!best || worth(cell) > worth(best) ? cell : best),
    undefined,
  );
}

/** The moves worth telling: where classes are ordered the dearest fall and the dearest rise, else the dearest of all. */
export function movesOf({ field, classes, cells }: Migration): Move[] {
  const moved = cells.filter(({ before, after }) => before !== null && after !== null && before !== after);
  const place = (name: string | null): number => classes.indexOf(name ?? '');
  const tell = (kind: MoveKind, found: MovedCell[]): Move[] => {
    const cell = most(found);
    return cell ? [{ kind, cell }] : [];
  };
  if (!ORDERED.has(field)) return tell('moved', moved);
  return [
    ...tell(
      'fell',
      moved.filter(({ before, after }) => place(before) < place(after)),
    ),
    ...tell(
      'rose',
      moved.filter(({ before, after }) => place(before) > place(after)),
    ),
  ];
}

export type MoveCell = MovedCell & HeatCell;

export interface MoveWords {
  name: (value: string | null) => string;
  count: (count: number) => string;
  money: (cell: MovedCell) => string | undefined;
  label: (cell: MovedCell, share: number) => string;
}

/** Classes that anybody had on one of the days, in the order of the field; none comes last. */
export function sideOf({ classes, cells }: Migration, side: 'before' | 'after'): (string | null)[] {
  const used = new Set(cells.map((cell) => cell[side]));
  return [...classes.filter((name) => used.has(name)), ...(used.has(null) ? [null] : [])];
}

/** Rows by the class before, coloured by the share of that class that went there. */
export function moveRows(migration: Migration, words: MoveWords): HeatRow<MoveCell>[] {
  const columns = sideOf(migration, 'after');
  return sideOf(migration, 'before').map((before) => {
    const row = migration.cells.filter((cell) => cell.before === before);
    const all = row.reduce((sum, { count }) => sum + count, 0);
    return {
      key: before ?? '',
      head: words.name(before),
      cells: columns.map((after) => {
        const cell = row.find((one) => one.after === after);
        if (!cell) return null;
        const share = cell.count / all;
        return {
          ...cell,
          key: `${before ?? ''}>${after ?? ''}`,
          share,
          text: words.count(cell.count),
          small: words.money(cell),
          label: words.label(cell, share),
        };
      }),
    };
  });
}
