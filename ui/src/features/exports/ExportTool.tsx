import { ActionIcon, Modal, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabel } from '@/catalogue';
import type { ListToolProps } from '@/records';
import { inSentence } from '@/ui';
import { ExportForm } from './ExportForm';

/** Takes what a list shows out into a file. */
export function ExportTool({ object, search, fields }: ListToolProps): ReactElement | null {
  const { t, i18n } = useTranslation();
  const read = useLabel();
  const [opened, { open, close }] = useDisclosure(false);
  if (search.trash) return null;
  const title = t('exports.title', { objects: inSentence(read(object.label_plural), i18n.language) });
  return (
    <>
      <Tooltip label={title}>
        <ActionIcon size={30} variant="subtle" aria-label={title} onClick={open}>
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
      <Modal opened={opened} onClose={close} title={title} size="md">
        <ExportForm object={object} search={search} fields={fields} />
      </Modal>
    </>
  );
}
