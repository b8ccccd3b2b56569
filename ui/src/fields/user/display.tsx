import type { ReactElement } from 'react';
import type { Ref } from '@/api';
import { Face } from '@/ui';
import type { DisplayProps } from '../kit';

export function Display({ value }: DisplayProps<Ref>): ReactElement {
  return (
    <span style={{ display: 'inline-flex', gap: 6, alignItems: 'center', maxWidth: '100%' }}>
      <Face name={value.title} size={18} />
      <bdi className="v-cut">{value.title}</bdi>
    </span>
  );
}
