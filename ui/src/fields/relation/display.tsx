import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Ref } from '@/api';
import { useCatalogue } from '@/catalogue';
import type { DisplayProps } from '../kit';

export function Display({ field, value }: DisplayProps<Ref>): ReactElement {
  const target = useCatalogue().object(field.target ?? '');
  if (!target) return <bdi>{value.title}</bdi>;
  return (
    <Link
      to="/$plural/$id"
      params={{ plural: target.plural, id: value.id }}
      onClick={(event) => event.stopPropagation()}
    >
      <bdi>{value.title}</bdi>
    </Link>
  );
}
