import { useMe } from '@/api';

/** The currency of the workspace. */
export function useCurrency(): string {
  return useMe().workspace.currency;
}
