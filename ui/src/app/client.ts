import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api';
import { allowLeaving } from '@/records';

/** A session that ended while the page was open leads back to sign-in, and from there to where it was. */
function onError(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  if (window.location.pathname === '/sign-in') return;
  const next = window.location.pathname + window.location.search;
  allowLeaving();
  window.location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
}

function retry(failures: number, error: unknown): boolean {
  const final = error instanceof ApiError && error.status < 500;
  return !final && failures < 2;
}

export function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry } },
  });
}
