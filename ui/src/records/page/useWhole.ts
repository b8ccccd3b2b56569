import { useQueryClient } from '@tanstack/react-query';
import { keys, records, type ObjectSpec, type WholeRecord } from '@/api';

/** What the parts of one page, asked for within this time, share. */
const FRESH = 2_000;

/** The record, its related lists and its timeline, which one call brings for all parts of the page. */
export function useWhole(object: ObjectSpec, id: number): () => Promise<WholeRecord> {
  const client = useQueryClient();
  return () =>
    client.fetchQuery({
      queryKey: keys.whole(object.name, id),
      queryFn: () => records.whole(object.plural, id),
      staleTime: FRESH,
    });
}
