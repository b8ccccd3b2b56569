import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { files, keys } from '@/api';
import { useCatalogue } from '@/catalogue';
import type { RecordSlotProps } from '@/records';
import { Failure, useFormat, Wait } from '@/ui';
import { AddFile } from './AddFile';
import { FileRow } from './FileRow';
import { useAttach } from './useAttach';
import styles from './files.module.css';

/** What is attached to a record: drop more on it, open, save, take off. */
export function FilesPanel({ object, id }: RecordSlotProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const free = useCatalogue().object(object)?.can.update ?? false;
  const attach = useAttach(object, id);
  const { data, error, refetch } = useQuery({
    queryKey: keys.files(object, id),
    queryFn: ({ signal }) => files.list(object, id, signal),
  });
  const list = data?.data ?? [];
  return (
    <section className={styles.panel} aria-label={t('files.title')}>
      <h2 className={styles.heading}>
        {t('files.title')}{' '}
        {list.length > 0 && <span className="v-faint v-num">{format.number(list.length)}</span>}
      </h2>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {free && <AddFile onFiles={attach.start} disabled={attach.pending} empty={list.length === 0} />}
      {attach.pending && (
        <Wait
          label={t('files.sending', { file: attach.name })}
          done={Math.round(attach.sent / 1000)}
          total={Math.round(attach.size / 1000)}
          unit={t('files.kilobytes')}
          onCancel={attach.stop}
        />
      )}
      {attach.error && (
        <p role="alert" className="v-loss v-small">
          <bdi>{attach.error.message}</bdi>
        </p>
      )}
      <ul className={styles.list}>
        {list.map((file) => (
          <FileRow key={file.id} file={file} removable={free} />
        ))}
      </ul>
    </section>
  );
}
