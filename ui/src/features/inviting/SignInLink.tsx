import { Button, CopyButton, Group, Menu, Modal, Stack } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '@/api';
import type { RecordActionProps } from '@/records';
import { Failure } from '@/ui';

function Made({ path }: { path: string }): ReactElement {
  const { t } = useTranslation();
  const address = new URL(path, window.location.origin).href;
  return (
    <Stack gap="sm">
      <span>{t('inviting.help')}</span>
      <code dir="ltr" style={{ overflowWrap: 'anywhere' }}>
        {address}
      </code>
      <Group>
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Button onClick={copy} data-autofocus>
              {copied ? t('inviting.copied') : t('inviting.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

/** On a colleague's page: an address that lets them in once. Only owners may make one. */
export function SignInLink({ object, record }: RecordActionProps): ReactElement | null {
  const { t } = useTranslation();
  const { mutate, data, error, reset } = useMutation({ mutationFn: session.makeLink });
  if (object.name !== 'user' || !object.can.update) return null;
  return (
    <>
      <Menu.Item leftSection={<IconKey size={14} aria-hidden />} onClick={() => mutate(record.id)}>
        {t('inviting.make')}
      </Menu.Item>
      <Modal opened={Boolean(data ?? error)} onClose={reset} title={t('inviting.title')}>
        {error && <Failure error={error} onRetry={() => mutate(record.id)} />}
        {data && <Made path={data.path} />}
      </Modal>
    </>
  );
}
