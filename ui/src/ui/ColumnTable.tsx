import type { Key, ReactElement, ReactNode } from 'react';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Words begin where reading begins; figures end at the other side. */
  words?: boolean;
}

interface ColumnTableProps<Row> {
  rows: Row[];
  columns: Column<Row>[];
  rowKey: (row: Row, index: number) => Key;
  className?: string;
}

/** A plain table, told by its columns. */
export function ColumnTable<Row>(props: ColumnTableProps<Row>): ReactElement {
  const { rows, columns, rowKey, className = 'v-rows' } = props;
  const side = ({ words }: Column<Row>): string | undefined => (words ? undefined : 'v-end');
  return (
    <table className={className}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.head} className={side(column)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={rowKey(row, index)}>
            {columns.map((column) => (
              <td key={column.head} className={side(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
