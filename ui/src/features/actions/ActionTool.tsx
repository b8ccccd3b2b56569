import { ActionIcon, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFlask } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListToolProps } from '@/records';
import { FormModal } from '@/ui';
import { ActionForm } from './ActionForm';

const CUSTOMERS = ['company', 'person'];

/** Makes an offer to the group that the list shows, measured against customers who do not get it. */
export function ActionTool({ object, search }: ListToolProps): ReactElement | null {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  if (!CUSTOMERS.includes(object.name) || search.trash) return null;
  return (
    <>
      <Tooltip label={t('actions.begin')}>
        <ActionIcon size={30} variant="subtle" aria-label={t('actions.begin')} onClick={open}>
          <IconFlask size={16} />
        </ActionIcon>
      </Tooltip>
      <FormModal opened={opened} onClose={close} title={t('actions.begin')} size="md">
        {search.view ? <ActionForm group={search.view} /> : <p>{t('actions.saveFirst')}</p>}
      </FormModal>
    </>
  );
}
