import type { ReactElement } from 'react';
import type { Address } from '@/api';
import type { DisplayProps } from '../kit';

const PARTS = ['street', 'postal_code', 'city', 'region', 'country'] as const;

export function Display({ value, wrap }: DisplayProps<Address>): ReactElement {
  const parts = PARTS.flatMap((part) => value[part] || []);
  if (!wrap) return <bdi>{parts.join(', ')}</bdi>;
  return (
    <address style={{ fontStyle: 'normal' }}>
      {parts.map((part) => (
        <div key={part}>
          <bdi>{part}</bdi>
        </div>
      ))}
    </address>
  );
}
