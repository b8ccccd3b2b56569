import type { ReactElement } from 'react';
import type { FilterProps } from '../kit';
import { NumberFilter } from '../shared/NumberFilter';

export function Filter(props: FilterProps): ReactElement {
  return <NumberFilter {...props} decimals={4} />;
}
