import { useSuspenseQuery } from '@tanstack/react-query';
import { keys } from './keys';
import { session } from './session';
import type { Me } from './types.work';

export const meQuery = { queryKey: keys.me, queryFn: session.me, staleTime: Infinity };

/** Who is signed in, and whether they may decide for others: owners and managers do. */
export function useMe(): Me & { manages: boolean } {
  const { data } = useSuspenseQuery(meQuery);
  return { ...data, manages: data.user.role === 'owner' || data.user.role === 'manager' };
}
