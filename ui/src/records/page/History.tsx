import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import {
  keys,
  records,
  type ApiRecord,
  type Draft,
  type FieldSpec,
  type HistoryEntry,
  type ObjectSpec,
  type Value,
} from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { FieldValue, Moment } from '@/fields';
import { Failure } from '@/ui';
import { FILES } from './facts';
import { MergeLine } from './MergeLine';
import styles from './page.module.css';

interface HistoryProps {
  object: ObjectSpec;
  record: ApiRecord;
  onRestore: (change: Draft) => void;
}

interface ChangeProps {
  field: FieldSpec;
  pair: [Value, Value];
  restorable: boolean;
  onRestore: () => void;
}

function Change({ field, pair: [before, after], restorable, onRestore }: ChangeProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  return (
    <div className={styles.change}>
      <span className="v-soft">{name(field)}</span>
      <s>
        <FieldValue field={field} value={before} />
      </s>
      <span aria-hidden className="v-flip" style={{ display: 'inline-block' }}>
        →
      </span>
      <FieldValue field={field} value={after} />
      {restorable && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={onRestore}
          aria-label={t('history.restoreField', { field: name(field) })}
        >
          {t('history.restore')}
        </Button>
      )}
    </div>
  );
}

function FileChange({ pair: [before, after] }: Pick<ChangeProps, 'pair'>): ReactElement {
  const { t } = useTranslation();
  const name = <bdi>{String(after ?? before)}</bdi>;
  return (
    <div className={styles.change}>
      <span className="v-soft">{t('history.file')}</span>
      {after === null ? <s>{name}</s> : name}
    </div>
  );
}

function Event({ entry, object, record, onRestore }: HistoryProps & { entry: HistoryEntry }): ReactElement {
  const { t, i18n } = useTranslation();
  const fields = useCatalogue().fieldsOf(object);
  const door = `door.${entry.door}`;
  const free = object.can.update && !record.deleted_at;
  return (
    <li style={{ padding: '8px 0' }}>
      <div>
        <strong>{entry.actor ? <bdi>{entry.actor.title}</bdi> : t('history.nobody')}</strong>{' '}
        {t(`history.${entry.kind}`)}{' '}
        <span className="v-faint v-small">
          <Moment value={entry.at} /> · {i18n.exists(door) ? t(door) : entry.door}
        </span>
      </div>
      {entry.merge && <MergeLine object={object} merge={entry.merge} current={entry.kind === 'merged'} />}
      {Object.entries(entry.changes ?? {}).map(([name, pair]) => {
        if (name === FILES) return <FileChange key={name} pair={pair} />;
        const field = fields.get(name);
        if (!field) return null;
        const restorable =
          free && field.writable && JSON.stringify(pair[0]) !== JSON.stringify(record[name] ?? null);
        return (
          <Change
            key={name}
            field={field}
            pair={pair}
            restorable={restorable}
            onRestore={() => onRestore({ [name]: pair[0] ?? null })}
          />
        );
      })}
    </li>
  );
}

/** Who changed what, when and by which door; each old value can be put back. */
export function History(props: HistoryProps): ReactElement {
  const { object, record } = props;
  const { t } = useTranslation();
  const { data, error, isPending, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: keys.history(object.name, record.id),
    queryFn: ({ pageParam }) => records.history(object.plural, record.id, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  if (isPending) return <Skeleton height={160} />;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <ol className={styles.entries}>
        {data?.pages
          .flatMap((page) => page.data)
          .map((entry) => (
            <Event key={entry.seq} entry={entry} {...props} />
          ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" onClick={() => void fetchNextPage()}>
          {t('timeline.more')}
        </Button>
      )}
    </>
  );
}
