import { Alert, Button, Loader, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, session } from '@/api';
import { LanguageMenu } from '../shell/LanguageMenu';
import { PasswordForm } from './PasswordForm';
import styles from './session.module.css';

export interface SignInSearch {
  token?: string;
  next?: string;
}

export function readSignInSearch(raw: Record<string, unknown>): SignInSearch {
  const next = typeof raw.next === 'string' && /^\/(?![/\\])/.test(raw.next) ? raw.next : undefined;
  return { ...(raw.token ? { token: String(raw.token) } : {}), ...(next ? { next } : {}) };
}

function useEnter(next: string | undefined): () => Promise<void> {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async () => {
    await client.resetQueries({ queryKey: keys.me });
    await navigate({ href: next ?? '/base', replace: true });
  };
}

function LinkSignIn({ token, next }: { token: string; next?: string }): ReactElement {
  const { t } = useTranslation();
  const enter = useEnter(next);
  const navigate = useNavigate();
  const used = useRef(false);
  const { mutate, isError } = useMutation({ mutationFn: session.signInByLink, onSuccess: enter });
  useEffect(() => {
    // A link works once; an effect may run twice.
    if (used.current) return;
    used.current = true;
    mutate(token);
  }, [mutate, token]);
  if (!isError) return <Loader aria-label={t('session.entering')} />;
  return (
    <Stack>
      <Alert color="red" role="alert" title={t('session.linkUsed')}>
        {t('session.linkRemedy')}
      </Alert>
      <Button onClick={() => void navigate({ to: '/sign-in', search: next ? { next } : {} })}>
        {t('session.byPassword')}
      </Button>
    </Stack>
  );
}

function PasswordSignIn({ next }: { next?: string }): ReactElement {
  return <PasswordForm onEnter={useEnter(next)} />;
}

export function SignIn(): ReactElement {
  const { token, next } = useSearch({ from: '/sign-in' });
  const { t } = useTranslation();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src="/favicon.svg" alt="" width={40} height={40} />
        <h1>Vis-à-vis</h1>
        <p className="v-soft">{t('session.welcome')}</p>
        {token ? <LinkSignIn token={token} next={next} /> : <PasswordSignIn next={next} />}
      </div>
      <LanguageMenu />
    </main>
  );
}
