import { useQueries } from '@tanstack/react-query';
import { keys, records, type Ref } from '@/api';
import { useCatalogue } from '@/catalogue';

/** The titles of records of which a filter knows only the ids. */
export function useTitles(object: string, ids: number[]): Ref[] {
  const plural = useCatalogue().object(object)?.plural ?? '';
  const answers = useQueries({
    queries: ids.map((id) => ({
      queryKey: keys.record(object, id),
      queryFn: () => records.read(plural, id),
      enabled: plural !== '',
      staleTime: 60_000,
    })),
  });
  return answers.flatMap(({ data }) => (data ? [{ id: data.id, title: data.title }] : []));
}
