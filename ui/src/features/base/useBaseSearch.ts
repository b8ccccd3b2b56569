import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { BaseSearch } from './search';

/** The address as state: read it, change parts of it. */
export function useBaseSearch(): [BaseSearch, (change: Partial<BaseSearch>) => void] {
  const search: BaseSearch = useSearch({ from: '/inside/base' });
  const navigate = useNavigate({ from: '/base' });
  const set = useCallback(
    (change: Partial<BaseSearch>) =>
      void navigate({ to: '.', search: (now) => ({ ...now, ...change }), resetScroll: false }),
    [navigate],
  );
  return [search, set];
}
