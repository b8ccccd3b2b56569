import { Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import {
  insight,
  isOver,
  keys,
  methods,
  useJob,
  type CustomerObject,
  type Job,
  type ObjectSpec,
} from '@/api';
import { useCatalogue } from '@/catalogue';
import { noteWords, useNames } from '@/records';
import { Failure, Notice, TitleRow } from '@/ui';
import { Choose } from './Choose';
import styles from './clusters.module.css';
import { Groups } from './Groups';

/** A run that somebody began here, until what it found is shown. */
function useRun(): { job: Job | undefined; began: (job: Job) => void } {
  const client = useQueryClient();
  const [id, setId] = useState<number | null>(null);
  const job = useJob(id);
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (!job || !isOver(job) || shown.current === job.id) return;
    shown.current = job.id;
    for (const part of ['insight', 'list', 'record']) void client.invalidateQueries({ queryKey: [part] });
  }, [job, client]);
  return { job, began: ({ id: next }) => setId(next) };
}

function Worked({ object }: { object: ObjectSpec }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { job, began } = useRun();
  const name = object.name as CustomerObject;
  const names = useNames(object);
  const found = useQuery({
    queryKey: keys.insightOf('clusters', name),
    queryFn: () => insight.clusters(name),
  });
  const method = useQuery({ queryKey: keys.method('clusters'), queryFn: () => methods.read('clusters') });
  const setting = method.data?.settings.find((one) => one.name === 'clusters_fields');
  const own = new Set(object.fields.map((field) => field.name));
  if (found.error || method.error)
    return <Failure error={found.error ?? method.error} onRetry={() => void found.refetch()} />;
  if (!found.data || !setting) return <Skeleton height={420} m={16} />;
  const { clusters, notes } = found.data;
  return (
    <div className={styles.page}>
      <Choose
        key={object.name}
        object={object}
        chosen={(setting.value as string[]).filter((field) => own.has(field))}
        busy={Boolean(job && !isOver(job))}
        onObject={(next) => void navigate({ to: '/base/clusters', search: { object: next } })}
        onJob={began}
      />
      {job?.state === 'failed' && (
        <p role="alert" className="v-loss">
          {job.error}
        </p>
      )}
      {clusters.length > 0 ? (
        <Groups object={object} clusters={found.data} />
      ) : (
        <Notice title={t('clusters.none')}>
          {notes.length > 0 ? notes.map((note) => noteWords(note, names)).join(' ') : t('clusters.noneHelp')}
        </Notice>
      )}
    </div>
  );
}

/** Groups that the data make: in what each differs, how sure that is, and who belongs to it. */
export function ClustersPage(): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const { object: wanted } = useSearch({ from: '/inside/base/clusters' });
  const object = catalogue.object(wanted ?? 'company');
  return (
    <>
      <TitleRow print title={t('nav.clusters')} />
      {object && <Worked key={object.name} object={object} />}
    </>
  );
}
