import { useDirection } from '@mantine/core';
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  rowSelectionFeature,
  tableFeatures,
  useTable,
  type ReactTable,
  type RowSelectionState,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { ApiRecord, FieldSpec, ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { FieldValue, kitOf } from '@/fields';
import { TitleCell } from './TitleCell';

const features = tableFeatures({ rowSelectionFeature, columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, ApiRecord>();

export type RecordTableModel = ReactTable<typeof features, ApiRecord>;

interface Options {
  object: ObjectSpec;
  fields: FieldSpec[];
  rows: ApiRecord[];
  selected: RowSelectionState;
  onSelect: (next: RowSelectionState) => void;
}

/** Wide enough for the values of the type and, within reason, for the label. */
function widthOf(field: FieldSpec, label: string): number {
  return Math.max(kitOf(field.type).width, Math.min(200, 44 + label.length * 7));
}

/** The table model: a title column and one per field, resizable, with rows that can be selected. */
export function useRecordTable({ object, fields, rows, selected, onSelect }: Options): RecordTableModel {
  const { dir } = useDirection();
  const name = useFieldLabel();
  const columns = useMemo(
    () => [
      helper.display({
        id: 'title',
        size: 260,
        cell: ({ row }) => <TitleCell object={object} row={row} />,
      }),
      ...fields.map((field) =>
        helper.display({
          id: field.name,
          size: widthOf(field, name(field)),
          cell: ({ row }) => <FieldValue field={field} value={row.original[field.name]} />,
        }),
      ),
    ],
    [object, fields, name],
  );
  return useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => String(row.id),
    state: { rowSelection: selected },
    onRowSelectionChange: (update) => onSelect(typeof update === 'function' ? update(selected) : update),
    columnResizeMode: 'onChange',
    columnResizeDirection: dir,
    defaultColumn: { minSize: 64, maxSize: 640 },
  });
}
