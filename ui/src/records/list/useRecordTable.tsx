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

/** The table model: a title column and one per field, resizable, with rows that can be selected. */
export function useRecordTable({ object, fields, rows, selected, onSelect }: Options): RecordTableModel {
  const { dir } = useDirection();
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
          size: kitOf(field.type).width,
          cell: ({ row }) => <FieldValue field={field} value={row.original[field.name]} />,
        }),
      ),
    ],
    [object, fields],
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
