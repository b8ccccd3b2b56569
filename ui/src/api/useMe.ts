import { useSuspenseQuery } from '@tanstack/react-query';
import { keys } from './keys';
import { session } from './session';
import type { Me } from './types.work';

export const meQuery = { queryKey: keys.me, queryFn: session.me, staleTime: Infinity };

/** Who is signed in, whether they may change records at all, and whether they may decide for others. */
export function useMe(): Me & { writes: boolean; manages: boolean } {
  const { data } = useSuspenseQuery(meQuery);
  const { role } = data.user;
  return { ...data, writes: role !== 'reader', manages: role === 'owner' || role === 'manager' };
}
