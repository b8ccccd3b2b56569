import { useSuspenseQuery } from '@tanstack/react-query';
import { keys, session, type Me } from '@/api';

/** Who is signed in, as the shell already knows. */
export function useMe(): Me & { manages: boolean } {
  const { data } = useSuspenseQuery({ queryKey: keys.me, queryFn: session.me, staleTime: Infinity });
  return { ...data, manages: data.user.role === 'owner' || data.user.role === 'manager' };
}
