import { Button } from '@mantine/core';
import { useRef, useState, type CSSProperties, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pivot, PivotAsked, PivotHead, PivotRow, PivotSort, PivotValue } from '@/api';
import { heatLevel, useFormat } from '@/ui';
import { walk, type Spot } from './grid';
import { Heads } from './PivotHeads';
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
          <Heads {...props} sides={sides} />
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
