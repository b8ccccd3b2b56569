import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, methods, type Method } from '@/api';
import { ColumnTable, Failure, Tag, TitleRow, useFormat, type Column } from '@/ui';
import styles from './methods.module.css';
import { COLOURS, newest, stateOf } from './state';
import { useWords } from './useWords';

/** Why it made nothing, or when it ran and who had it run. */
function LastRun({ method }: { method: Method }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const run = newest(method.last);
  const refused = stateOf(method) === 'refused' ? method.last.flatMap((one) => one.refused)[0] : undefined;
  if (!run) return <span className="v-soft">{t('methods.notYet')}</span>;
  return (
    <>
      <span title={format.dateTime(run.finished_at)}>{format.relative(run.finished_at)}</span>{' '}
      <span className="v-soft">
        {run.by ? t('methods.byWhom', { who: run.by.title }) : t('methods.bySchedule')}
      </span>
      {refused && <div className="v-small">{words.refusal(refused)}</div>}
    </>
  );
}

function Name({ method }: { method: Method }): ReactElement {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const asks = `methods.asks.${method.key}`;
  return (
    <>
      <Link to="/methods/$key" params={{ key: method.key }}>
        <strong>{words.method(method.key)}</strong>
      </Link>
      {i18n.exists(asks) && <div className="v-soft v-small">{t(asks)}</div>}
    </>
  );
}

function useColumns(): Column<Method>[] {
  const { t } = useTranslation();
  const cells: [string, (method: Method) => ReactNode][] = [
    ['method', (method) => <Name method={method} />],
    [
      'stateHead',
      (method) => <Tag color={COLOURS[stateOf(method)]}>{t(`methods.state.${stateOf(method)}`)}</Tag>,
    ],
    ['lastRun', (method) => <LastRun method={method} />],
    ['runs', ({ schedule }) => t(`methods.schedule.${schedule}`)],
    ['owner', ({ owner }) => (owner ? <bdi>{owner.title}</bdi> : <span className="v-faint">–</span>)],
  ];
  return cells.map(([head, cell]) => ({ head: t(`methods.${head}`), cell, words: true }));
}

/** By which methods the customers are valued, how each stands, and who answers for it. */
export function MethodsPage(): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.methods, queryFn: methods.list });
  const columns = useColumns();
  const refused = data?.filter((method) => stateOf(method) === 'refused').length ?? 0;
  return (
    <>
      <TitleRow print title={t('nav.methods')} />
      <div className={styles.page}>
        <p className={styles.lead}>
          {t('methods.lead')}
          {refused > 0 && ` ${t('methods.refusedCount', { count: refused })}`}
        </p>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={480} />}
        {data && (
          <div className={styles.scroll}>
            <ColumnTable className={styles.rows} rows={data} columns={columns} rowKey={({ key }) => key} />
          </div>
        )}
      </div>
    </>
  );
}
