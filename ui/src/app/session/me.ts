import { useSuspenseQuery } from '@tanstack/react-query';
import { keys, session, type Me } from '@/api';

export const meQuery = { queryKey: keys.me, queryFn: session.me, staleTime: Infinity };

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
