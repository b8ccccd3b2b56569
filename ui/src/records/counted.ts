import type { Count } from '@/api';
import type { Format } from '@/ui';

/** How many there are, in words: 312, 10,000+ where there are more, ≈ 4,200 where a sample says so. */
export function counted(count: Count | null | undefined, format: Format): string {
  if (!count || count.value === null) return '';
  const value = `${format.number(count.value)}${count.capped ? '+' : ''}`;
  return count.estimated && !count.capped ? `≈ ${value}` : value;
}
