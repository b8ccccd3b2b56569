import { Button, Skeleton, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { changes, keys, type ChangeRun } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { Failure, Notice, TablePicture, Tag, TitleRow, useFormat } from '@/ui';
import { useUndo } from './useChange';
import { useWhat } from './useWhat';
import styles from './changing.module.css';

const COLOURS: Partial<Record<ChangeRun['state'], string>> = {
  done: 'green',
  failed: 'red',
  running: 'blue',
  undoing: 'blue',
};
const UNDER_WAY = new Set<ChangeRun['state']>(['queued', 'running', 'undoing']);
const ASK_MS = 2000;

interface RowProps {
  run: ChangeRun;
  pending: boolean;
  onUndo: () => void;
}

function Row({ run, pending, onUndo }: RowProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const catalogue = useCatalogue();
  const what = useWhat();
  const done = run.state === 'undone' ? run.restored : run.changed;
  return (
    <Table.Tr>
      <Table.Td title={format.dateTime(run.at)}>
        {format.relative(run.at)}
        <div className="v-soft v-small">
          <bdi>{run.actor?.title}</bdi>
        </div>
      </Table.Td>
      <Table.Td>
        {read(catalogue.object(run.object)?.label_plural) || run.object}
        <span className={`${styles.what} v-soft v-small`}>
          <bdi>{what(run)}</bdi>
        </span>
      </Table.Td>
      <Table.Td>
        <Tag color={COLOURS[run.state]}>{t(`changing.state.${run.state}`)}</Tag>
      </Table.Td>
      <Table.Td className={`v-num ${styles.roomy}`}>{format.number(done)}</Table.Td>
      <Table.Td>
        {run.can_undo && (
          <Button variant="default" loading={pending} onClick={onUndo}>
            {t('write.undo')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Changes to many records, the newest first; each can be taken back for as long as what was is kept. */
export function ChangesPage(): ReactElement {
  const { t } = useTranslation();
  const { undo, pending } = useUndo();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: keys.changes,
    queryFn: ({ pageParam }) => changes.list(pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.data.some((run) => UNDER_WAY.has(run.state))) ? ASK_MS : false,
  });
  const runs = data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <TitleRow title={t('changing.recent')} />
      <div style={{ padding: 16, overflowX: 'auto' }}>
        <p className="v-soft" style={{ marginTop: 0 }}>
          {t('changing.recentHelp')}
        </p>
        {isPending && <Skeleton height={160} />}
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {data && runs.length === 0 && (
          <Notice picture={<TablePicture />} title={t('changing.none')}>
            {t('changing.noneHelp')}
          </Notice>
        )}
        {runs.length > 0 && (
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('changing.when')}</Table.Th>
                <Table.Th>{t('changing.what')}</Table.Th>
                <Table.Th>{t('changing.stateOf')}</Table.Th>
                <Table.Th className={styles.roomy}>{t('changing.rows')}</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {runs.map((run) => (
                <Row key={run.id} run={run} pending={pending === run.id} onUndo={() => undo(run.id)} />
              ))}
            </Table.Tbody>
          </Table>
        )}
        {hasNextPage && (
          <Button variant="subtle" onClick={() => void fetchNextPage()}>
            {t('changing.older')}
          </Button>
        )}
      </div>
    </>
  );
}
