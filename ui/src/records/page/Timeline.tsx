import { Button, Skeleton } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowMerge,
  IconArrowsSplit,
  IconCalendar,
  IconCheckbox,
  IconMail,
  IconMapPin,
  IconNote,
  IconPencil,
  IconPhone,
  IconPlus,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type ObjectSpec, type TimelineEntry } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { Moment } from '@/fields';
import { Failure, isolate, ObjectIcon, useFormat } from '@/ui';
import { FILES } from './facts';
import { useWhole } from './useWhole';
import styles from './page.module.css';

const KINDS: Record<string, TablerIcon> = {
  call: IconPhone,
  meeting: IconCalendar,
  visit: IconMapPin,
  task: IconCheckbox,
  note: IconNote,
  email: IconMail,
  created: IconPlus,
  updated: IconPencil,
  deleted: IconTrash,
  restored: IconArrowBackUp,
  merged: IconArrowMerge,
  unmerged: IconArrowsSplit,
};
const EVENTS = new Set(['created', 'updated', 'deleted', 'restored', 'merged', 'unmerged']);

/** Which facts an event changed, in words. */
function Changed({ entry, object }: { entry: TimelineEntry; object?: ObjectSpec }): ReactElement | null {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const told = Object.entries(entry.changes ?? {}).map(([field, pair]) => {
    if (field === FILES) return `${t('history.file')} ${isolate(String(pair[1] ?? pair[0]))}`;
    const found = object?.fields.find((item) => item.name === field);
    return found ? name(found) : '';
  });
  return told.length > 0 ? <span className="v-soft">{told.filter(Boolean).join(', ')}</span> : null;
}

function Entry({ entry, self }: { entry: TimelineEntry; self: boolean }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const object = useCatalogue().object(entry.object);
  const Icon = KINDS[entry.kind];
  const kind = object?.fields
    .find(({ name }) => name === 'kind')
    ?.options?.find(({ value }) => value === entry.kind);
  const word =
    read(kind?.label) || (EVENTS.has(entry.kind) ? t(`timeline.${entry.kind}`) : read(object?.label));
  return (
    <li className={styles.entry}>
      {Icon ? <Icon size={16} stroke={1.6} aria-hidden /> : <ObjectIcon name={object?.icon} />}
      <div>
        <span className="v-soft">{word}</span>{' '}
        {object && !self ? (
          <Link to="/$plural/$id" params={{ plural: object.plural, id: entry.id }}>
            <bdi>{entry.title}</bdi>
          </Link>
        ) : (
          <bdi>{entry.title}</bdi>
        )}
        <Changed entry={entry} object={object} />
        {entry.amount && <span className="v-num"> · {format.money(entry.amount)}</span>}
      </div>
      <span className="v-faint v-small">
        <Moment value={entry.at} />
      </span>
    </li>
  );
}

interface TimelineProps {
  object: ObjectSpec;
  id: number;
}

/** What happened with this record, newest first: activities, invoices, payments, deals, changes. */
export function Timeline({ object, id }: TimelineProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const whole = useWhole(object, id);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery({
      queryKey: keys.timeline(object.name, id),
      queryFn: async ({ pageParam }) =>
        pageParam === null ? (await whole()).timeline : records.timeline(object.plural, id, pageParam),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next,
    });
  if (isPending) return <Skeleton height={160} />;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const entries = data?.pages.flatMap((page) => page.data) ?? [];
  if (entries.length === 0) return <p className="v-soft">{t('timeline.empty')}</p>;
  return (
    <>
      <ol className={styles.entries}>
        {entries.map((entry, at) => {
          const month = entry.at.slice(0, 7);
          const first = at === 0 || entries[at - 1]?.at.slice(0, 7) !== month;
          return (
            <Fragment key={`${entry.object}/${entry.id}/${entry.kind}/${entry.at}`}>
              {first && <li className={styles.month}>{format.month(`${month}-01`)}</li>}
              <Entry entry={entry} self={entry.object === object.name && entry.id === id} />
            </Fragment>
          );
        })}
      </ol>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('timeline.more')}
        </Button>
      )}
    </>
  );
}
