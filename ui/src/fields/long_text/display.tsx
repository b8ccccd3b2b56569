import type { ReactElement } from 'react';
import type { DisplayProps } from '../kit';

export function Display({ value, wrap }: DisplayProps<string>): ReactElement {
  return <bdi style={wrap ? { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } : undefined}>{value}</bdi>;
}
