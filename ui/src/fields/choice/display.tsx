import type { ReactElement } from 'react';
import { useLabel } from '@/catalogue';
import { Tag } from '@/ui';
import type { DisplayProps } from '../kit';

export function Display({ field, value }: DisplayProps<string>): ReactElement {
  const read = useLabel();
  const option = field.options?.find((item) => item.value === value);
  return <Tag color={option?.color}>{read(option?.label) || value}</Tag>;
}
