import { Button, VisuallyHidden } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './files.module.css';

interface AddFileProps {
  onFiles: (files: File[]) => void;
  disabled: boolean;
  empty: boolean;
}

/** A place to drop files on, with a button for everyone else. */
export function AddFile({ onFiles, disabled, empty }: AddFileProps): ReactElement {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (list: FileList | null): void => {
    if (list?.length) onFiles([...list]);
  };
  return (
    <div
      className={styles.drop}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <span className="v-soft v-small">{empty ? t('files.none') : t('files.drop')}</span>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPaperclip size={14} />}
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        {t('files.attach')}
      </Button>
      <VisuallyHidden>
        <input
          ref={input}
          type="file"
          multiple
          tabIndex={-1}
          aria-label={t('files.attach')}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
      </VisuallyHidden>
    </div>
  );
}
