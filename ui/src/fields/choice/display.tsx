import type { ReactElement } from 'react';
import { useLabel } from '@/catalogue';
import { Tag } from '@/ui';
import type { DisplayProps } from '../kit';
import { everyOption } from '../shared/options';

export function Display({ field, value }: DisplayProps<string>): ReactElement {
  const read = useLabel();
  const option = everyOption(field).find((item) => item.value === value);
  return <Tag color={option?.color}>{read(option?.label) || value}</Tag>;
}
