import { useQuery } from '@tanstack/react-query';
import { keys, session } from '@/api';

/** The currency of the workspace; the euro until it is known. */
export function useCurrency(): string {
  const { data } = useQuery({ queryKey: keys.me, queryFn: session.me, staleTime: Infinity });
  return data?.workspace.currency ?? 'EUR';
}
