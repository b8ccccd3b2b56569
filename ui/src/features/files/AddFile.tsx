import { Button } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FileDrop } from '@/ui';
import styles from './files.module.css';

interface AddFileProps {
  onFiles: (files: File[]) => void;
  disabled: boolean;
  empty: boolean;
}

/** Where the files of a record come in. */
export function AddFile({ onFiles, disabled, empty }: AddFileProps): ReactElement {
  const { t } = useTranslation();
  return (
    <FileDrop className={styles.drop} label={t('files.attach')} multiple onFiles={onFiles}>
      {(choose) => (
        <>
          <span className="v-soft v-small">{empty ? t('files.none') : t('files.drop')}</span>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPaperclip size={14} />}
            disabled={disabled}
            onClick={choose}
          >
            {t('files.attach')}
          </Button>
        </>
      )}
    </FileDrop>
  );
}
