import { Button, Group, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { imports, isOver, jobs, keys, useJob, type ImportSet, type Job } from '@/api';
import { Failure, Notice, TitleRow, Wait, toast } from '@/ui';
import styles from './imports.module.css';
import { SetFiles } from './SetFiles';
import { AskedTwice } from './TakingBack';

function useSet(id: number) {
  const client = useQueryClient();
  const key = keys.importSet(id);
  const set = useQuery({ queryKey: key, queryFn: () => imports.readSet(id) });
  const job = useJob(set.data?.job_id);
  const busy = Boolean(job && !isOver(job));
  const waited = Boolean(job && isOver(job));
  const jobId = job?.id;
  useEffect(() => {
    if (jobId && waited) void client.invalidateQueries({ queryKey: keys.importSet(id) });
  }, [client, waited, id, jobId]);
  const back = useMutation({
    mutationFn: () => imports.takeSetBack(id),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
    onError: (error) => toast({ tone: 'bad', title: error.message, message: '' }),
  });
  return { ...set, job, busy, back };
}

function Verdict({ set }: { set: ImportSet }): ReactElement | null {
  const { t } = useTranslation();
  if (set.state === 'rolled_back') return <Notice title={t('imports.takenBack')} />;
  if (set.state === 'failed') return <Failure error={set.error ?? t('imports.failed')} />;
  const changed = set.files.some((file) => file.created + file.updated > 0);
  return <p className={styles.verdict}>{t(changed ? 'imports.done' : 'imports.set.nothing')}</p>;
}

function Underway({ job }: { job: Job | undefined }): ReactElement {
  const { t } = useTranslation();
  const progress = job?.progress;
  return (
    <Wait
      label={progress?.message ?? t('imports.waiting')}
      done={progress?.done ?? 0}
      total={progress?.total ?? null}
      unit={t('imports.unitRows')}
      onCancel={() => job && void jobs.cancel(job.id)}
    />
  );
}

interface ThroughProps {
  set: ImportSet;
  pending: boolean;
  onBack: () => void;
}

function Through({ set, pending, onBack }: ThroughProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      {set.state !== 'running' && <Verdict set={set} />}
      {set.files.length > 0 && <SetFiles files={set.files} />}
      <Group>
        {set.can_roll_back && <AskedTwice pending={pending} onSure={onBack} />}
        <Button variant="default" component={Link} to="/base">
          {t('imports.toBase')}
        </Button>
      </Group>
    </>
  );
}

/** What became of several files that went in together. */
export function SetPage(): ReactElement {
  const { setId } = useParams({ from: '/inside/imports/sets/$setId' });
  const { t } = useTranslation();
  const { data, error, refetch, job, busy, back } = useSet(setId);
  return (
    <>
      <TitleRow title={t('imports.set.title', { number: data?.imports.length ?? 0 })} />
      <div className={styles.page}>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={240} />}
        {busy && <Underway job={job} />}
        {data && !busy && <Through set={data} pending={back.isPending} onBack={() => back.mutate()} />}
      </div>
    </>
  );
}
