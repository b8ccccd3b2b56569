import { Button, Checkbox, Group, Modal } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api';

interface SeveralProps {
  files: File[];
  onClose: () => void;
  onStart: (makeFields: boolean) => void;
}

/** Files that go in together are not looked at one by one: this says so first. */
export function Several({ files, onClose, onStart }: SeveralProps): ReactElement {
  const { t } = useTranslation();
  const owner = useMe().user.role === 'owner';
  const [makeFields, setMakeFields] = useState(true);
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
      {owner && (
        <Checkbox
          mb="md"
          label={t('imports.severalFields')}
          description={t('imports.severalFieldsHelp')}
          checked={makeFields}
          onChange={({ currentTarget: { checked } }) => setMakeFields(checked)}
        />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('form.cancel')}
        </Button>
        <Button onClick={() => onStart(owner && makeFields)} data-autofocus>
          {t('imports.severalStart')}
        </Button>
      </Group>
    </Modal>
  );
}
