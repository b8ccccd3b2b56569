import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type ApiRecord, type Filter, type ObjectSpec, type RelationSpec } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { FieldValue, isEmpty } from '@/fields';
import { useFormat } from '@/ui';
import styles from './page.module.css';

const SHOWN = 5;
/** Already on the timeline. */
const ELSEWHERE = new Set(['activity']);

/** The one value that says most of a related record: an amount, else a state, else a date. */
function telling(object: ObjectSpec, record: ApiRecord): ReactElement | null {
  for (const type of ['money', 'choice', 'date', 'datetime'] as const) {
    const field = object.fields.find(
      (item) => item.type === type && object.list.includes(item.name) && !isEmpty(record[item.name]),
    );
    if (field) return <FieldValue field={field} value={record[field.name]} />;
  }
  return null;
}

interface BesideProps {
  object: ObjectSpec;
  record: ApiRecord;
  /** The field that points at the record whose page this is. */
  field: string;
}

/** What else a related record points at: the person of an employment, the product of a deal. */
function Beside({ object, record, field }: BesideProps): ReactElement | null {
  const other = object.fields.find(
    ({ name, type }) =>
      type === 'relation' && name !== field && object.list.includes(name) && !isEmpty(record[name]),
  );
  if (!other) return null;
  return (
    <>
      {' · '}
      <FieldValue field={other} value={record[other.name]} />
    </>
  );
}

function RelatedList({
  object,
  id,
  relation,
}: {
  object: ObjectSpec;
  id: number;
  relation: RelationSpec;
}): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const format = useFormat();
  const other = useCatalogue().object(relation.object);
  const filter: Filter = { field: relation.field, op: 'eq', value: id };
  const { data, isPending } = useQuery({
    queryKey: keys.related(object.name, id, `${relation.object}.${relation.field}`),
    queryFn: ({ signal }) => records.list(other?.plural ?? '', { filter, limit: SHOWN, count: true }, signal),
    enabled: Boolean(other),
  });
  if (isPending) return <Skeleton height={64} mb="md" />;
  if (!other || !data?.data.length) return null;
  const count = data.count && `${format.number(data.count.value)}${data.count.capped ? '+' : ''}`;
  return (
    <div className={styles.block}>
      <h2 className={styles.heading}>
        <span>
          {read(relation.label) || read(other.label_plural)} <span className="v-faint v-num">{count}</span>
        </span>
        <Link to="/$plural" params={{ plural: other.plural }} search={{ filter }}>
          {t('page.all')}
        </Link>
      </h2>
      {data.data.map((record) => (
        <div key={record.id} className={styles.related}>
          <span className="v-cut">
            <Link to="/$plural/$id" params={{ plural: other.plural, id: record.id }}>
              <bdi>{record.title || `#${record.id}`}</bdi>
            </Link>
            <Beside object={other} record={record} field={relation.field} />
          </span>
          <span>{telling(other, record)}</span>
        </div>
      ))}
    </div>
  );
}

/** Records that point at this one: invoices, deals, people, each as a short list with a way to all of them. */
export function Related({ object, id }: { object: ObjectSpec; id: number }): ReactElement {
  const shown = object.relations.filter((relation) => !ELSEWHERE.has(relation.object));
  return (
    <>
      {shown.map((relation) => (
        <RelatedList
          key={`${relation.object}.${relation.field}`}
          object={object}
          id={id}
          relation={relation}
        />
      ))}
    </>
  );
}
