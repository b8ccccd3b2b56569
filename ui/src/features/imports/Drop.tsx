import { Button } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useId, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FileDrop, useFormat, Wait } from '@/ui';
import styles from './imports.module.css';
import { Several } from './Several';
import { FORMATS, type Upload } from './useUpload';

const MB = 1_000_000;

/** A place to drop files on, with a button for everyone else. Several are asked about before they go in. */
export function Drop({ upload }: { upload: Upload }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const [several, setSeveral] = useState<File[]>([]);
  if (upload.pending && upload.file) {
    const megabytes = (bytes: number): number => Math.round((bytes / MB) * 10) / 10;
    const whole = upload.sent >= upload.file.size;
    return (
      <div className={styles.drop}>
        <div style={{ width: 'min(480px, 100%)' }}>
          <Wait
            label={whole ? t('imports.recognising') : t('imports.sending', { file: upload.file.name })}
            done={megabytes(upload.sent)}
            total={megabytes(upload.file.size)}
            unit={t('imports.megabytes')}
            onCancel={upload.stop}
          />
        </div>
      </div>
    );
  }
  return (
    <FileDrop
      className={styles.drop}
      label={t('imports.choose')}
      accept={FORMATS.join(',')}
      multiple
      onFiles={(files) => (files.length > 1 ? setSeveral(files) : upload.start(files))}
    >
      {(choose) => (
        <>
          <IconFileUpload size={32} stroke={1.4} aria-hidden />
          <p id={id}>{t('imports.drop')}</p>
          <Button onClick={choose} aria-describedby={id}>
            {t('imports.choose')}
          </Button>
          <Several
            files={several}
            onClose={() => setSeveral([])}
            onStart={(makeFields) => {
              setSeveral([]);
              upload.start(several, makeFields);
            }}
          />
          <p className="v-soft v-small">{t('imports.formats', { size: format.number(4) })}</p>
          {upload.error && (
            <p role="alert" className="v-loss">
              {t('imports.uploadFailed')} <bdi>{upload.error.message}</bdi>
            </p>
          )}
        </>
      )}
    </FileDrop>
  );
}
