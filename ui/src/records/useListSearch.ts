import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListSearch } from './search';

type Change = Partial<ListSearch>;

/** The address as state: read it, change parts of it. Steps that one would not go back to replace the entry. */
export function useListSearch(): [ListSearch, (change: Change, replace?: boolean) => void] {
  const search: ListSearch = useSearch({ from: '/inside/$plural' });
  const navigate = useNavigate({ from: '/$plural' });
  const set = useCallback(
    (change: Change, replace = false) =>
      void navigate({ to: '.', search: (now) => ({ ...now, ...change }), replace, resetScroll: false }),
    [navigate],
  );
  return [search, set];
}
