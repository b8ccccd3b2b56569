import type { ReactElement, ReactNode } from 'react';
import { heatLevel } from './heat';
import styles from './heat.module.css';

export interface HeatCell {
  key: string;
  /** Between 0 and 1: how much of the strongest colour. */
  share: number;
  /** What the cell says. */
  text: string;
  /** A second, smaller line. */
  small?: string;
  /** The cell in a sentence, for screen readers and on hover. */
  label: string;
}

export interface HeatRow<C extends HeatCell> {
  key: string;
  head: ReactNode;
  /** In the order of the columns; null where there is nothing to know. */
  cells: (C | null)[];
}

interface HeatTableProps<C extends HeatCell> {
  /** What the table shows, for screen readers. */
  label: string;
  /** What the rows are, what the columns are. */
  corner: ReactNode;
  columns: ReactNode[];
  rows: HeatRow<C>[];
  /** Makes a cell a link: gets the look and the content. */
  link: (cell: C, look: { className: string; title: string }, content: ReactNode) => ReactNode;
  compact?: boolean;
}

/** A heat map that is a table: read by screen readers, walked by keyboard, mirrored with the page. */
export function HeatTable<C extends HeatCell>(props: HeatTableProps<C>): ReactElement {
  const { label, corner, columns, rows, link, compact } = props;
  return (
    <div className={styles.scroll} tabIndex={-1}>
      <table className={`${styles.heat} ${compact ? styles.compact : ''}`} aria-label={label}>
        <thead>
          <tr>
            <th className={styles.corner}>{corner}</th>
            {columns.map((column, index) => (
              <th key={index} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.head}</th>
              {row.cells.map((cell, index) => (
                <td key={cell?.key ?? index} data-level={cell ? heatLevel(cell.share) : undefined}>
                  {cell &&
                    link(cell, { className: styles.cell ?? '', title: cell.label }, <Content cell={cell} />)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Content({ cell }: { cell: HeatCell }): ReactElement {
  return (
    <>
      <span aria-hidden>{cell.text}</span>
      {cell.small && (
        <small className={styles.small} aria-hidden>
          {cell.small}
        </small>
      )}
      <span className={styles.spoken}>{cell.label}</span>
    </>
  );
}
