import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, type ApiRecord, type Filter, type ObjectSpec, type RelatedHead } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { FieldValue, isEmpty } from '@/fields';
import { Tag, useFormat } from '@/ui';
import { counted } from '../counted';
import { useWhole } from './useWhole';
import styles from './page.module.css';

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

/** What else a related record points at: the person of an employment, all ends of a tie, the product of a deal. */
function Beside({ object, record, field }: BesideProps): ReactElement {
  const others = object.fields.filter(
    ({ name, type }) =>
      type === 'relation' && name !== field && object.list.includes(name) && !isEmpty(record[name]),
  );
  return (
    <>
      {others.slice(0, object.period ? 3 : 1).map((other) => (
        <Fragment key={other.name}>
          {' · '}
          <FieldValue field={other} value={record[other.name]} />
        </Fragment>
      ))}
    </>
  );
}

/** What the record is called: a choice by its label. */
function Named({ object, record }: { object: ObjectSpec; record: ApiRecord }): ReactElement {
  const title = object.fields.find(({ name }) => name === object.title[0]);
  const value = title?.type === 'choice' ? record[title.name] : undefined;
  if (title && !isEmpty(value)) return <FieldValue field={title} value={value} />;
  return <bdi>{record.title || `#${record.id}`}</bdi>;
}

/** Whether a record that holds for a time holds no longer. */
function isPast(object: ObjectSpec, record: ApiRecord): boolean {
  const end = object.period && record[object.period[1]];
  return typeof end === 'string' && end < new Date().toISOString().slice(0, 10);
}

/** From when to when, and whether that is over. */
function Period({ object, record }: { object: ObjectSpec; record: ApiRecord }): ReactElement {
  const { t } = useTranslation();
  const ends = (object.period ?? []).map((name) => {
    const field = object.fields.find((item) => item.name === name);
    const value = record[name];
    return field && !isEmpty(value) ? <FieldValue field={field} value={value} /> : null;
  });
  const past = isPast(object, record);
  return (
    <span className={past ? 'v-faint' : undefined}>
      {(ends[0] || ends[1]) && (
        <>
          {ends[0]} – {ends[1]}{' '}
        </>
      )}
      <Tag color={past ? 'gray' : 'teal'}>{t(past ? 'page.past' : 'page.current')}</Tag>
    </span>
  );
}

interface RelatedListProps {
  object: ObjectSpec;
  id: number;
  head: RelatedHead;
}

function RelatedList({ object, id, head }: RelatedListProps): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const format = useFormat();
  const other = useCatalogue().object(head.object);
  if (!other || head.data.length === 0) return null;
  const relation = object.relations.find((item) => item.object === head.object && item.field === head.field);
  const filter: Filter = { field: head.field, op: 'eq', value: id };
  const rows = head.data.toSorted((a, b) => Number(isPast(other, a)) - Number(isPast(other, b)));
  const link = other.fields.find(({ name }) => name === head.field);
  return (
    <div className={styles.block}>
      <h2 className={styles.heading}>
        <span>
          {read(relation?.label) || read(other.label_plural)}{' '}
          <span className="v-faint v-num">{counted(head.count, format)}</span>
        </span>
        <span>
          {link?.hierarchy && (
            <Link
              to="/$plural"
              params={{ plural: other.plural }}
              search={{ filter: { field: head.field, op: 'under', value: id } }}
            >
              {t('page.whole')}
            </Link>
          )}{' '}
          <Link to="/$plural" params={{ plural: other.plural }} search={{ filter }}>
            {t('page.all')}
          </Link>
        </span>
      </h2>
      {rows.map((record) => (
        <div key={record.id} className={styles.related}>
          <span className="v-cut">
            <Link to="/$plural/$id" params={{ plural: other.plural, id: record.id }}>
              <Named object={other} record={record} />
            </Link>
            <Beside object={other} record={record} field={head.field} />
          </span>
          <span>{other.period ? <Period object={other} record={record} /> : telling(other, record)}</span>
        </div>
      ))}
    </div>
  );
}

/** Records that point at this one: invoices, deals, people, each as a short list with a way to all of them. */
export function Related({ object, id }: { object: ObjectSpec; id: number }): ReactElement {
  const whole = useWhole(object, id);
  const { data, isPending } = useQuery({
    queryKey: keys.related(object.name, id),
    queryFn: async () => (await whole()).related,
  });
  if (isPending) return <Skeleton height={64} mb="md" />;
  const shown = data?.filter((head) => !ELSEWHERE.has(head.object)) ?? [];
  return (
    <>
      {shown.map((head) => (
        <RelatedList key={`${head.object}.${head.field}`} object={object} id={id} head={head} />
      ))}
    </>
  );
}
