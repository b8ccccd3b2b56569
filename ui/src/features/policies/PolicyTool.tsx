import { ActionIcon, Skeleton, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconHeartHandshake } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, policies, views, useMe } from '@/api';
import type { ListToolProps } from '@/records';
import { FormModal } from '@/ui';
import { PolicyForm } from './PolicyForm';
import { Principled } from './Principled';

function Body({ group, onDone }: { group: number | undefined; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { manages } = useMe();
  const known = useQuery({ queryKey: keys.policies, queryFn: policies.list });
  const saved = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  if (!known.data || !saved.data) return <Skeleton height={120} />;
  const view = saved.data.find(({ id }) => id === group);
  const policy = known.data.find(({ id }) => id === group);
  if (!view || view.kind !== 'group' || !view.shared) return <p>{t('policy.saveFirst')}</p>;
  if (manages) return <PolicyForm group={view.id} policy={policy} onDone={onDone} />;
  return policy ? <Principled policy={policy} /> : <p>{t('policy.noneHere')}</p>;
}

/** How the members of the group that the list shows are treated. */
export function PolicyTool({ search }: ListToolProps): ReactElement | null {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  if (search.trash) return null;
  return (
    <>
      <Tooltip label={t('policy.title')}>
        <ActionIcon size={30} variant="subtle" aria-label={t('policy.title')} onClick={open}>
          <IconHeartHandshake size={16} />
        </ActionIcon>
      </Tooltip>
      <FormModal opened={opened} onClose={close} title={t('policy.title')} size="lg">
        <Body group={search.view} onDone={close} />
      </FormModal>
    </>
  );
}
