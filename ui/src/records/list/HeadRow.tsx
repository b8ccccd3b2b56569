import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ObjectSpec } from '@/api';
import { useFieldLabel, useLabel } from '@/catalogue';
import { kitOf } from '@/fields';
import { nextSort } from '../conditions';
import type { RecordTableModel } from './useRecordTable';
import styles from './list.module.css';

interface HeadRowProps {
  object: ObjectSpec;
  fields: FieldSpec[];
  table: RecordTableModel;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
}

type Order = 'ascending' | 'descending' | 'none';

function orderOf(sort: string | undefined, name: string): Order {
  const first = sort?.split(',')[0];
  if (first === name) return 'ascending';
  return first === `-${name}` ? 'descending' : 'none';
}

/** Column heads: click to sort, drag the edge to resize. */
export function HeadRow({ object, fields, table, sort, onSort }: HeadRowProps): ReactElement {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const read = useLabel();
  const byName = new Map(fields.map((field) => [field.name, field]));
  const titleField = object.fields.find(({ name }) => name === object.title[0]);
  const present = sort ?? object.sort ?? undefined;
  const group = table.getHeaderGroups()[0];
  return (
    <div className={styles.head} role="row" aria-rowindex={1}>
      {group?.headers.map((header) => {
        const first = header.column.id === 'title';
        const field = first ? titleField : byName.get(header.column.id);
        const order = orderOf(present, field?.name ?? '');
        const Arrow = order === 'ascending' ? IconArrowUp : IconArrowDown;
        const end = field && !first && kitOf(field.type).align === 'end';
        return (
          <div
            key={header.id}
            role="columnheader"
            aria-sort={order}
            className={[styles.headCell, first && styles.first, end && styles.end].filter(Boolean).join(' ')}
            style={{ width: header.column.getSize() }}
          >
            {first && (
              <Checkbox
                className={styles.tick}
                aria-label={t('list.selectAll')}
                checked={table.getIsAllRowsSelected()}
                indeterminate={table.getIsSomeRowsSelected()}
                onChange={table.getToggleAllRowsSelectedHandler()}
              />
            )}
            <button
              type="button"
              disabled={!field?.sortable}
              onClick={() => field && onSort(nextSort(sort, field.name))}
            >
              <span className="v-cut">{first ? read(object.label) : field && label(field)}</span>
              {order !== 'none' && <Arrow size={12} aria-hidden />}
            </button>
            <span
              aria-hidden
              className={styles.grip}
              onMouseDown={header.getResizeHandler()}
              onTouchStart={header.getResizeHandler()}
            />
          </div>
        );
      })}
    </div>
  );
}
