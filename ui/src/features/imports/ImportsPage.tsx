import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { imports, keys, type ImportRun } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { Failure, Tag, TitleRow, useFormat } from '@/ui';
import { Drop } from './Drop';
import styles from './imports.module.css';
import { stateColour } from './states';
import { useUpload } from './useUpload';

function Row({ run }: { run: ImportRun }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const catalogue = useCatalogue();
  const read = useLabel();
  const objects = [...new Set(run.plan?.targets.map(({ object }) => object) ?? [])];
  const names = objects.map((name) => read(catalogue.object(name)?.label_plural) || name);
  return (
    <tr>
      <td>
        <Link to="/imports/$importId" params={{ importId: run.id }}>
          <bdi>{run.filename}</bdi>
        </Link>
      </td>
      <td>
        <Tag color={stateColour(run.state)}>{t(`imports.state.${run.state}`)}</Tag>
      </td>
      <td className={styles.roomy}>{names.join(', ')}</td>
      <td className={styles.end}>{run.counts ? format.number(run.counts.rows) : '–'}</td>
      <td className={styles.end}>{run.counts ? format.number(run.counts.invalid) : '–'}</td>
      <td className={`${styles.roomy} v-soft`} title={format.dateTime(run.created_at)}>
        {format.relative(run.created_at)}
      </td>
    </tr>
  );
}

function Past(): ReactElement | null {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({ queryKey: keys.imports, queryFn: imports.list });
  if (isPending) return <Skeleton height={160} />;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data?.length) return null;
  return (
    <section aria-labelledby="past-imports">
      <h2 id="past-imports" className={styles.heading}>
        {t('imports.past')}
      </h2>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('imports.file')}</th>
            <th>{t('imports.stateOf')}</th>
            <th className={styles.roomy}>{t('imports.becomes')}</th>
            <th className={styles.end}>{t('imports.rows')}</th>
            <th className={styles.end}>{t('imports.withErrors')}</th>
            <th className={styles.roomy}>{t('imports.when')}</th>
          </tr>
        </thead>
        <tbody>
          {data.map((run) => (
            <Row key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Where files come in, and what became of those that did. */
export function ImportsPage(): ReactElement {
  const { t } = useTranslation();
  const upload = useUpload();
  return (
    <>
      <TitleRow title={t('nav.imports')} />
      <div className={styles.page}>
        <Drop upload={upload} />
        <Past />
      </div>
    </>
  );
}
