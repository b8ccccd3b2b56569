import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ObjectSpec } from '@/api';
import { useLabel } from '@/catalogue';
import { kitOf } from '@/fields';
import { HeadRow } from './HeadRow';
import type { RecordTableModel } from './useRecordTable';
import styles from './list.module.css';

interface RecordTableProps {
  object: ObjectSpec;
  fields: FieldSpec[];
  table: RecordTableModel;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  cursor: number;
  openId: number | undefined;
  stale: boolean;
  more: boolean;
  onMore: () => void;
  onOpen: (id: number, index: number) => void;
  foot?: ReactNode;
}

const ROW = 32;
const ROW_TOUCH = 44;

/** A table of any length: only the rows in sight exist, further pages load as they come near. */
export function RecordTable(props: RecordTableProps): ReactElement {
  const { object, fields, table, cursor, openId, stale, more, onMore, onOpen } = props;
  const { t } = useTranslation();
  const read = useLabel();
  const touch = useMediaQuery('(max-width: 47.99em)');
  const box = useRef<HTMLDivElement>(null);
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (touch ? ROW_TOUCH : ROW),
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => virtual.measure(), [virtual, touch]);
  useEffect(() => {
    if (more && last >= rows.length - 30) onMore();
  }, [more, last, rows.length, onMore]);
  useEffect(() => {
    if (cursor >= 0) virtual.scrollToIndex(cursor, { align: 'auto' });
  }, [cursor, virtual]);
  const ends = new Set(fields.filter(({ type }) => kitOf(type).align === 'end').map(({ name }) => name));
  return (
    <div
      ref={box}
      className={styles.scroll}
      role="grid"
      tabIndex={0}
      data-stale={stale}
      aria-busy={stale}
      aria-label={read(object.label_plural)}
      aria-rowcount={more ? -1 : rows.length + 1}
      aria-multiselectable
    >
      <HeadRow {...props} />
      <div className={styles.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div
              key={row.id}
              role="row"
              className={styles.row}
              aria-rowindex={item.index + 2}
              aria-selected={row.getIsSelected()}
              data-cursor={item.index === cursor}
              data-open={row.original.id === openId}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onOpen(row.original.id, item.index)}
            >
              {row.getAllCells().map((cell, at) => (
                <div
                  key={cell.id}
                  role="gridcell"
                  className={[styles.cell, at === 0 && styles.first, ends.has(cell.column.id) && styles.end]
                    .filter(Boolean)
                    .join(' ')}
                  style={{ width: cell.column.getSize() }}
                >
                  <table.FlexRender cell={cell} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
      {more && (
        <div className="v-faint v-small" style={{ padding: 8 }}>
          {t('list.loadingMore')}
        </div>
      )}
      {props.foot}
    </div>
  );
}
