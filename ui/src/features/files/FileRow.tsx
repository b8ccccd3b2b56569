import { ActionIcon } from '@mantine/core';
import { IconFile, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { files, type AttachedFile } from '@/api';
import { Moment } from '@/fields';
import { useFormat } from '@/ui';
import { sizeText } from './size';
import { useRemove } from './useRemove';
import styles from './files.module.css';

interface FileRowProps {
  file: AttachedFile;
  removable: boolean;
}

/** One attachment; a picture is its own icon. */
export function FileRow({ file, removable }: FileRowProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const remove = useRemove(file);
  const picture = file.shown && file.media_type.startsWith('image/');
  return (
    <li className={styles.row}>
      {picture ? (
        <img className={styles.thumb} src={files.content(file.id, true)} alt="" loading="lazy" />
      ) : (
        <IconFile size={20} stroke={1.4} aria-hidden />
      )}
      <span className={styles.name}>
        <a
          href={files.content(file.id, file.shown)}
          target={file.shown ? '_blank' : undefined}
          rel="noreferrer"
          download={file.shown ? undefined : file.name}
        >
          <bdi>{file.name}</bdi>
        </a>
        <span className="v-faint v-small">
          {sizeText(format, file.size)}
          {file.author && (
            <>
              {' · '}
              <bdi>{file.author.title}</bdi>
            </>
          )}
          {' · '}
          <Moment value={file.created_at} />
        </span>
      </span>
      {removable && (
        <ActionIcon aria-label={t('files.remove', { file: file.name })} onClick={remove}>
          <IconX size={14} />
        </ActionIcon>
      )}
    </li>
  );
}
