import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, keys } from '@/api';
import { setEnded } from './session/ended';

function retry(failures: number, error: unknown): boolean {
  const final = error instanceof ApiError && error.status < 500;
  return !final && failures < 2;
}

export function makeClient(): QueryClient {
  // Before the first sign-in no session can end.
  const onError = (error: unknown): void => {
    if (error instanceof ApiError && error.status === 401 && client.getQueryData(keys.me)) setEnded(true);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry } },
  });
  return client;
}
