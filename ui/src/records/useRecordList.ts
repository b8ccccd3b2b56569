import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { keys, records, type ApiRecord, type FieldSpec, type ObjectSpec, type RecordPageAnswer } from '@/api';
import type { ListSearch } from './search';

const PAGE = 100;
const AGAIN_MS = 5000;

export interface RecordListState {
  rows: ApiRecord[];
  count: RecordPageAnswer['count'];
  /** A word is looked for, and some records are still being made ready for that: they come by themselves. */
  partial: boolean;
  /** The first page of this query is on its way and nothing is shown. */
  loading: boolean;
  /** The rows shown are those of the query before. */
  stale: boolean;
  error: Error | null;
  more: boolean;
  loadMore: () => void;
  /** Fetches pages until so many rows are there, or all. */
  loadUpTo: (rows: number) => Promise<void>;
  reload: () => void;
}

/** The rows of a list, page after page by cursor, with a capped count from the first page. */
export function useRecordList(object: ObjectSpec, fields: FieldSpec[], search: ListSearch): RecordListState {
  const { filter, sort, q, trash } = search;
  const columns = [...object.title, ...fields.map(({ name }) => name)].join(',');
  const query = { filter, sort, q, trash, columns };
  const list = useInfiniteQuery({
    queryKey: keys.list(object.name, query),
    queryFn: ({ pageParam, signal }) =>
      records.list(
        object.plural,
        { ...query, limit: PAGE, cursor: pageParam ?? undefined, count: pageParam === null || undefined },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) => (state.data?.pages[0]?.partial ? AGAIN_MS : false),
    placeholderData: (before, asked) =>
      asked?.queryKey[1] === object.name ? keepPreviousData(before) : undefined,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  return {
    rows,
    count: data?.pages[0]?.count ?? null,
    partial: data?.pages[0]?.partial ?? false,
    loading: list.isPending,
    stale: list.isPlaceholderData,
    error: list.isError && !data ? list.error : null,
    more: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    loadUpTo: async (wanted) => {
      let found: Pick<typeof list, 'data' | 'hasNextPage'> = list;
      while (found.hasNextPage && (found.data?.pages.length ?? 0) * PAGE < wanted)
        found = await fetchNextPage({ throwOnError: true });
    },
    reload: () => void refetch(),
  };
}
