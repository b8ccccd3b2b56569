import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { changes, keys, type ChangePreview, type NewChange } from '@/api';

/** What a change would do, asked anew whenever it differs. */
export function useAhead(change: NewChange | null): UseQueryResult<ChangePreview> {
  return useQuery({
    queryKey: keys.changePreview(change ?? {}),
    queryFn: ({ signal }) => changes.preview(change as NewChange, signal),
    enabled: change !== null,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: change ? keepPreviousData : undefined,
  });
}
