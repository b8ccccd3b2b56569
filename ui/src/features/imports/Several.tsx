import { Button, Group, Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

interface SeveralProps {
  files: File[];
  onClose: () => void;
  onStart: () => void;
}

/** Files that go in together are not looked at one by one: this says so first. */
export function Several({ files, onClose, onStart }: SeveralProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Modal opened={files.length > 0} onClose={onClose} title={t('imports.several', { number: files.length })}>
      <p style={{ marginTop: 0 }}>{t('imports.severalHelp')}</p>
      <ul>
        {files.map((file) => (
          <li key={file.name}>
            <bdi>{file.name}</bdi>
          </li>
        ))}
      </ul>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('form.cancel')}
        </Button>
        <Button onClick={onStart} data-autofocus>
          {t('imports.severalStart')}
        </Button>
      </Group>
    </Modal>
  );
}
