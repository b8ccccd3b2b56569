import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { keys, type ApiRecord, type ObjectSpec, type RecordPageAnswer } from '@/api';
import { useWhole } from './useWhole';

/** A record, whole. Until it is there, the row of the list it was opened from stands in. */
export function useRecord(object: ObjectSpec, id: number): UseQueryResult<ApiRecord> {
  const client = useQueryClient();
  const whole = useWhole(object, id);
  return useQuery({
    queryKey: keys.record(object.name, id),
    queryFn: async () => (await whole()).record,
    placeholderData: () => {
      const lists = client.getQueriesData<{ pages: RecordPageAnswer[] }>({
        queryKey: keys.lists(object.name),
      });
      for (const [, list] of lists) {
        for (const page of list?.pages ?? []) {
          const row = page.data.find((record) => record.id === id);
          if (row) return row;
        }
      }
      return undefined;
    },
  });
}
