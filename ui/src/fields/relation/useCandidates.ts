import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { keys, records, search, type Ref } from '@/api';
import { useCatalogue } from '@/catalogue';

const SHOWN = 20;

/** Records of an object that match what is typed; the first few when nothing is. */
export function useCandidates(object: string, typed: string, enabled: boolean): Ref[] {
  const [q] = useDebouncedValue(typed.trim(), 150);
  const plural = useCatalogue().object(object)?.plural ?? '';
  const { data } = useQuery({
    queryKey: keys.search(q, object),
    queryFn: async ({ signal }): Promise<Ref[]> => {
      const found = q
        ? await search.everywhere(q, { object, limit: SHOWN }, signal)
        : await records.list(plural, { limit: SHOWN }, signal);
      return found.data.map(({ id, title }) => ({ id, title }));
    },
    enabled: enabled && plural !== '',
    placeholderData: keepPreviousData,
  });
  return data ?? [];
}
