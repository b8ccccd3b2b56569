import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import type { RowSelectionState } from '@tanstack/react-table';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import type { ObjectSpec } from '@/api';
import { useCatalogue } from '@/catalogue';
import { usePrinting } from '@/ui';
import { BlindNotice } from '../BlindNotice';
import { listColumns } from '../columns';
import { RecordForm } from '../form/RecordForm';
import { RecordPeek } from '../page/RecordPeek';
import { useListKeys } from '../useListKeys';
import { useListSearch } from '../useListSearch';
import { useRecordList } from '../useRecordList';
import { FilterBar } from './FilterBar';
import { Groups } from './Groups';
import { ListHeader } from './ListHeader';
import { ListOnPaper } from './ListOnPaper';
import { EmptyList, ListSkeleton, Preparing } from './ListStates';
import { RecordTable } from './RecordTable';
import { SelectionBar } from './SelectionBar';
import { SumRow } from './SumRow';
import { useRecordTable } from './useRecordTable';
import styles from './list.module.css';

/** Some fifty sheets. Who needs more takes a file. */
const ON_PAPER = 1000;

/** A list of any object: title row, filters, table, and the open record beside it. All of it stands in the address. */
export function RecordList({ object }: { object: ObjectSpec }): ReactElement {
  const catalogue = useCatalogue();
  const [search, setSearch] = useListSearch();
  const [selected, setSelected] = useState<RowSelectionState>({});
  /** The question whose whole answer is selected; another question has another answer. */
  const [all, setAll] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const fields = useMemo(
    () => listColumns(catalogue, object, search.columns),
    [catalogue, object, search.columns],
  );
  const list = useRecordList(object, fields, search);
  const table = useRecordTable({ object, fields, rows: list.rows, selected, onSelect: setSelected });
  const printing = usePrinting();
  const open = useOpen(object, setSearch);
  const create = useCallback(() => object.can.create && setSearch({ create: true }), [object, setSearch]);
  const close = useCallback(() => setSearch({ open: undefined }), [setSearch]);
  const [cursor, setCursor] = useListKeys({
    size: list.rows.length,
    onOpen: (index) => open(list.rows[index]?.id),
    onSelect: (index) => table.getRowModel().rows[index]?.toggleSelected(),
    onCreate: create,
    onFilter: () => setAdding(true),
    onClose: () => search.open && close(),
  });
  const asked = JSON.stringify([search.filter, search.q, search.trash]);
  const clear = (): void => {
    setSelected({});
    setAll(null);
  };
  const ids = Object.keys(selected)
    .filter((id) => selected[id])
    .map(Number);
  return (
    <div className={styles.page}>
      <section className={styles.list}>
        <ListHeader
          object={object}
          search={search}
          setSearch={setSearch}
          fields={fields}
          count={list.count}
          onCreate={create}
          onPrint={() => list.loadUpTo(ON_PAPER)}
        />
        <FilterBar
          object={object}
          search={search}
          setSearch={setSearch}
          adding={adding}
          onAdding={setAdding}
        />
        <Groups
          object={object}
          search={search}
          measure={fields.find(({ type }) => type === 'money')}
          onFilter={(filter) => setSearch({ filter })}
        />
        {list.partial && list.rows.length > 0 && <Preparing />}
        {list.loading && <ListSkeleton />}
        {list.error && <BlindNotice error={list.error} onRetry={list.reload} />}
        {!list.loading && !list.error && list.rows.length === 0 && (
          <EmptyList
            object={object}
            search={search}
            partial={list.partial}
            onCreate={create}
            onClear={() => setSearch({ filter: undefined, q: undefined })}
          />
        )}
        {list.rows.length > 0 && (
          <RecordTable
            object={object}
            fields={fields}
            table={table}
            sort={search.sort}
            onSort={(sort) => setSearch({ sort })}
            cursor={cursor}
            openId={search.open}
            stale={list.stale}
            more={list.more}
            onMore={list.loadMore}
            onOpen={(id, index) => {
              setCursor(index);
              open(id);
            }}
            foot={<SumRow object={object} fields={fields} table={table} search={search} />}
          />
        )}
        {printing && list.rows.length > 0 && (
          <ListOnPaper object={object} fields={fields} rows={list.rows} search={search} more={list.more} />
        )}
        <SelectionBar
          object={object}
          ids={ids}
          loaded={list.rows.length}
          count={list.count}
          all={all === asked}
          onAll={(on) => setAll(on ? asked : null)}
          search={search}
          onClear={clear}
        />
      </section>
      {search.open && <RecordPeek key={search.open} object={object} id={search.open} onClose={close} />}
      <RecordForm
        object={object}
        opened={Boolean(search.create)}
        onClose={() => setSearch({ create: undefined }, true)}
        onCreated={(id) => open(id)}
      />
    </div>
  );
}

/** Beside the list where there is room, as its own page where there is not. */
function useOpen(
  object: ObjectSpec,
  setSearch: (change: { open: number; create?: undefined }, replace?: boolean) => void,
): (id: number | undefined) => void {
  const narrow = useMediaQuery('(max-width: 47.99em)');
  const navigate = useNavigate();
  return (id) => {
    if (id === undefined) return;
    if (narrow) void navigate({ to: '/$plural/$id', params: { plural: object.plural, id } });
    else setSearch({ open: id, create: undefined }, true);
  };
}
