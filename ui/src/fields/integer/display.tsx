import type { ReactElement } from 'react';
import { isolate, useFormat } from '@/ui';
import type { DisplayProps } from '../kit';

/** Grouped from five digits on, so that a year reads as a year. */
export function Display({ value }: DisplayProps<number>): ReactElement {
  const format = useFormat();
  return <span className="v-num">{isolate(format.number(value, { useGrouping: 'min2' }))}</span>;
}
