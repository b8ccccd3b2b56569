import type { ReactElement } from 'react';
import type { DisplayProps } from '../kit';

export function Display({ value }: DisplayProps<string>): ReactElement {
  return (
    <a href={`tel:${value}`} dir="ltr" onClick={(event) => event.stopPropagation()}>
      <bdi>{value}</bdi>
    </a>
  );
}
