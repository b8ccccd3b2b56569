import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useCatalogue } from '@/catalogue';
import { Missing } from '@/ui';
import { RecordList } from './RecordList';

/** The list of the object that the address names. */
export function RecordListPage(): ReactElement {
  const { plural } = useParams({ from: '/inside/$plural' });
  const object = useCatalogue().byPlural.get(plural);
  if (!object) return <Missing />;
  return <RecordList key={object.name} object={object} />;
}
