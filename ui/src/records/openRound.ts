import { useQuery } from '@tanstack/react-query';
import { keyCustomers, keys, type Round } from '@/api';

/** The round of key customers that may keep figures from the reader until a list is sealed. */
export function useOpenRound(asked: boolean): Round | undefined {
  const { data = [] } = useQuery({ queryKey: keys.rounds, queryFn: keyCustomers.rounds, enabled: asked });
  return data.find(({ state }) => state === 'open');
}
