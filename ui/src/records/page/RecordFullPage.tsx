import { Breadcrumbs } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ObjectSpec } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { Failure, Missing, usePageTitle } from '@/ui';
import { ListSkeleton } from '../list/ListStates';
import { RecordBody } from './RecordBody';
import { RecordHeader } from './RecordHeader';
import { useRecord } from './useRecord';
import styles from './page.module.css';

function Full({ object, id }: { object: ObjectSpec; id: number }): ReactElement {
  const read = useLabel();
  const { data, error, refetch } = useRecord(object, id);
  const title = data?.title;
  usePageTitle(() => title);
  if (!data && error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton />;
  return (
    <div className={styles.page}>
      <Breadcrumbs px="md" pt={8} fz={12}>
        <Link to="/$plural" params={{ plural: object.plural }}>
          {read(object.label_plural)}
        </Link>
        <bdi className="v-soft">{title || `#${id}`}</bdi>
      </Breadcrumbs>
      <RecordHeader object={object} record={data} />
      <RecordBody object={object} record={data} layout="columns" />
    </div>
  );
}

/** A record on a page of its own. */
export function RecordFullPage(): ReactElement {
  const { plural, id } = useParams({ from: '/inside/$plural/$id' });
  const object = useCatalogue().byPlural.get(plural);
  if (!object || !Number.isSafeInteger(id)) return <Missing />;
  return <Full key={`${object.name}/${id}`} object={object} id={id} />;
}
