import type { ReactElement } from 'react';
import { useLabel } from '@/catalogue';
import { Tag } from '@/ui';
import type { DisplayProps } from '../kit';
import { everyOption } from '../shared/options';

export function Display({ field, value, wrap }: DisplayProps<string[]>): ReactElement {
  const read = useLabel();
  return (
    <span style={{ display: 'inline-flex', gap: 4, flexWrap: wrap ? 'wrap' : 'nowrap' }}>
      {value.map((item) => {
        const option = everyOption(field).find((known) => known.value === item);
        return (
          <Tag key={item} color={option?.color}>
            {read(option?.label) || item}
          </Tag>
        );
      })}
    </span>
  );
}
