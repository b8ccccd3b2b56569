import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { session, useMe } from '@/api';
import { allowLeaving } from '@/records';
import { setEnded, useEnded } from './ended';
import { PasswordForm } from './PasswordForm';

/** Goes on where it was; for somebody else the page begins anew. */
function useComeBack(): () => Promise<void> {
  const { user } = useMe();
  const client = useQueryClient();
  const router = useRouter();
  return useCallback(async () => {
    const now = await session.me();
    if (now.user.id !== user.id) {
      allowLeaving();
      window.location.assign('/base');
      return;
    }
    setEnded(false);
    void client.invalidateQueries();
    void router.invalidate();
  }, [client, router, user.id]);
}

/** Over the page when the session has ended: what is open and typed stays as it is. */
export function SignInAgain(): ReactElement {
  const { t } = useTranslation();
  const { user } = useMe();
  const ended = useEnded();
  const comeBack = useComeBack();
  useEffect(() => {
    if (!ended) return;
    // A sign-in link opens in another tab.
    const look = (): void => void comeBack().catch(() => undefined);
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [ended, comeBack]);
  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('session.again')}
      size="sm"
      zIndex={400}
      overlayProps={{ blur: 12 }}
    >
      <p style={{ marginTop: 0 }}>{t('session.ended')}</p>
      <PasswordForm email={user.email} onEnter={comeBack} />
      <p className="v-soft v-small">{t('session.otherTab')}</p>
    </Modal>
  );
}
