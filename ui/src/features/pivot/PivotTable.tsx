import { Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Pivot, PivotAsked, PivotHead, PivotRow, PivotSort, PivotValue } from '@/api';
import { heatLevel, useFormat } from '@/ui';
import { walk, type Spot } from './grid';
import styles from './pivot.module.css';
import type { Share } from './search';
import { canShare, partOf, peaks } from './shades';
import { numberOf, type PivotWords } from './useWords';

const SHOWN = 200;

/** A cell that was chosen: its row and column, null for the totals. */
export interface Chosen {
  row: PivotHead | null;
  column: PivotHead | null;
  values: PivotValue[];
}

export interface PivotTableProps {
  asked: PivotAsked;
  pivot: Pivot;
  words: PivotWords;
  share: Share | undefined;
  plain: boolean;
  label: string;
  onSort: (sort: PivotSort | undefined) => void;
  onChoose: (chosen: Chosen) => void;
  onOpen: (chosen: Chosen) => void;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Down, up, as it was. */
function nextSort(
  now: PivotSort | undefined,
  figure: number,
  column: PivotHead | null,
): PivotSort | undefined {
  const keys = column ? { column: column.keys } : {};
  const here = now?.figure === figure && same(now.column, column?.keys);
  if (!here) return { figure, ...keys, descending: true };
  return now.descending ? { figure, ...keys, descending: false } : undefined;
}

interface HeadProps extends PivotTableProps {
  /** The columns, and null for the totals. */
  sides: (PivotHead | null)[];
}

function Sorter(
  props: HeadProps & { figure: number; side: PivotHead | null; children: ReactNode },
): ReactElement {
  const { asked, figure, side, onSort, children } = props;
  const { sort } = asked;
  const here = sort?.figure === figure && same(sort.column, side?.keys);
  const Arrow = here && !sort.descending ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" aria-sort={here ? (sort.descending ? 'descending' : 'ascending') : undefined}>
      <button type="button" onClick={() => onSort(nextSort(sort, figure, side))}>
        {here && <Arrow size={12} aria-hidden />}
        {children}
      </button>
    </th>
  );
}

/** Neighbours with the same first value stand under one head. */
function spans(words: string[]): { word: string; span: number; key: number }[] {
  const found: { word: string; span: number; key: number }[] = [];
  words.forEach((word, key) => {
    const last = found[found.length - 1];
    if (last?.word === word) last.span += 1;
    else found.push({ word, span: 1, key });
  });
  return found;
}

function Head(props: HeadProps): ReactElement {
  const { t } = useTranslation();
  const { asked, words, sides } = props;
  const { columns, figures } = asked;
  const several = figures.length > 1;
  const named = sides.map((side) => (side ? words.head(columns, side) : [t('pivot.total')]));
  const last = named.map((parts) => parts[parts.length - 1] ?? '');
  const corner = asked.rows.map((axis) => words.axis(axis)).join(' · ');
  const levels = columns.length > 1 ? [named.map(([first = '']) => first)] : [];
  if (several && columns.length > 0) levels.push(last);
  return (
    <thead>
      {levels.map((level, depth) => (
        <tr key={depth}>
          <th className={styles.first} />
          {(depth === levels.length - 1 && several
            ? level.map((word, key) => ({ word, span: 1, key }))
            : spans(level)
          ).map(({ word, span, key }) => (
            <th key={key} scope="colgroup" colSpan={span * figures.length}>
              <bdi>{word}</bdi>
            </th>
          ))}
        </tr>
      ))}
      <tr>
        <th className={styles.first} scope="col">
          {corner}
        </th>
        {sides.flatMap((side, at) =>
          figures.map((figure, place) => (
            <Sorter key={`${at}:${place}`} {...props} figure={place} side={side}>
              <bdi>{several || columns.length === 0 ? words.figure(figure) : last[at]}</bdi>
            </Sorter>
          )),
        )}
      </tr>
    </thead>
  );
}

/** The values of a row, without what the row above said already. */
function RowName({ parts, above }: { parts: string[]; above: string[] | undefined }): ReactElement {
  const again = parts.length > 1 && parts[0] === above?.[0];
  return (
    <bdi>
      {parts.map((part, at) => (
        <span key={at} className={again && at === 0 ? styles.again : undefined}>
          {at > 0 && ' · '}
          {part}
        </span>
      ))}
    </bdi>
  );
}

/** The table: heads stay in sight, cells are walked by keyboard, a cell that is chosen says what it holds. */
export function PivotTable(props: PivotTableProps): ReactElement {
  const { asked, pivot, words, share, plain, label, onChoose, onOpen } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const box = useRef<HTMLTableElement>(null);
  const [spot, setSpot] = useState<Spot>({ y: 0, x: 0 });
  const [shown, setShown] = useState(SHOWN);
  const { figures } = asked;
  const sides: (PivotHead | null)[] = asked.columns.length > 0 ? [...pivot.columns, null] : [null];
  const listed = pivot.rows.slice(0, shown);
  const names = listed.map((row) => words.head(asked.rows, row));
  const rows: (PivotRow | null)[] = asked.rows.length > 0 ? [...listed, null] : listed;
  const most = peaks(pivot, figures);
  const [height, width] = [rows.length, sides.length * figures.length];
  const valuesAt = (row: PivotRow | null, at: number): PivotValue[] | null => {
    if (sides[at]) return (row ? row.cells[at] : pivot.totals[at]) ?? null;
    return row ? row.total : pivot.total;
  };
  const chosenAt = ({ y, x }: Spot): Chosen => {
    const at = Math.floor(x / figures.length);
    return { row: rows[y] ?? null, column: sides[at] ?? null, values: valuesAt(rows[y] ?? null, at) ?? [] };
  };
  const go = (next: Spot): void => {
    setSpot(next);
    onChoose(chosenAt(next));
    box.current?.querySelector<HTMLElement>(`[data-spot="${next.y}:${next.x}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = walk(event, spot, height, width);
    if (next) go(next);
    else if (event.key === 'Enter') onOpen(chosenAt(spot));
  };
  const text = (row: PivotRow | null, at: number, figure: number): string => {
    const asks = figures[figure];
    const value = valuesAt(row, at)?.[figure];
    if (!asks || value === undefined || value === null) return '';
    if (!share || !canShare(asks)) return words.value(asks, value);
    const column = sides[at] ? (pivot.totals[at] ?? []) : pivot.total;
    const part = partOf(value, figure, share, {
      row: row ? row.total : pivot.total,
      column,
      all: pivot.total,
    });
    return part === null ? '' : format.share(part);
  };
  const cell = (row: PivotRow | null, y: number, at: number, figure: number): ReactElement => {
    const x = at * figures.length + figure;
    const total = !row || !sides[at];
    const value = numberOf(valuesAt(row, at)?.[figure]);
    const shaded = !plain && row && (sides[at] || asked.columns.length === 0);
    const level = shaded ? heatLevel(Math.sqrt(Math.abs(value ?? 0) / (most[figure] ?? 0))) : 0;
    return (
      <td
        key={x}
        role="gridcell"
        data-spot={`${y}:${x}`}
        data-level={level || undefined}
        className={total ? styles.total : undefined}
        tabIndex={spot.y === y && spot.x === x ? 0 : -1}
        onClick={() => go({ y, x })}
        onDoubleClick={() => onOpen(chosenAt({ y, x }))}
      >
        {text(row, at, figure)}
      </td>
    );
  };
  return (
    <>
      <div className={styles.scroll}>
        <table
          ref={box}
          role="grid"
          className={styles.table}
          style={{ '--columns': width } as CSSProperties}
          aria-label={label}
          onKeyDown={onKey}
        >
          <Head {...props} sides={sides} />
          <tbody>
            {listed.map((row, y) => (
              <tr key={JSON.stringify(row.keys)}>
                <th scope="row" className={styles.first} title={names[y]?.join(' · ')}>
                  <RowName parts={names[y] ?? []} above={names[y - 1]} />
                </th>
                {sides.map((_, at) => figures.map((__, figure) => cell(row, y, at, figure)))}
              </tr>
            ))}
          </tbody>
          {asked.rows.length > 0 && (
            <tfoot>
              <tr>
                <th scope="row" className={styles.first}>
                  {t('pivot.total')}
                </th>
                {sides.map((_, at) => figures.map((__, figure) => cell(null, rows.length - 1, at, figure)))}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      {pivot.rows.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
          {t('pivot.more', { count: pivot.rows.length - shown })}
        </Button>
      )}
    </>
  );
}
