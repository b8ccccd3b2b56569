import type { ReactElement } from 'react';
import type { DisplayProps } from '../kit';
import { Moment } from '../shared/Moment';

export function Display({ value }: DisplayProps<string>): ReactElement {
  return <Moment value={value} />;
}
