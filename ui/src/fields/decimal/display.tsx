import type { ReactElement } from 'react';
import { isolate, useFormat } from '@/ui';
import type { DisplayProps } from '../kit';

export function Display({ value }: DisplayProps<string>): ReactElement {
  const format = useFormat();
  return <span className="v-num">{isolate(format.number(value, { maximumFractionDigits: 2 }))}</span>;
}
