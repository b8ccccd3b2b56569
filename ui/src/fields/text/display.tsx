import type { ReactElement } from 'react';
import type { DisplayProps } from '../kit';

export function Display({ value }: DisplayProps<string>): ReactElement {
  return <bdi>{value}</bdi>;
}
