import { Alert, Button, Loader, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, keys, session } from '@/api';
import { LanguageMenu } from '../shell/LanguageMenu';
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

function message(error: Error, t: (key: string) => string): string {
  if (error instanceof ApiError && error.status === 429) return t('session.tooMany');
  if (error instanceof ApiError && error.status < 500) return t('session.wrong');
  return t('session.unreachable');
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
  const { t } = useTranslation();
  const enter = useEnter(next);
  const { mutate, error, isPending } = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => session.signIn(email, password),
    onSuccess: enter,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    mutate({ email: String(form.get('email')), password: String(form.get('password')) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {error && (
          <Alert color="red" role="alert">
            {message(error, t)}
          </Alert>
        )}
        <TextInput
          size="sm"
          name="email"
          type="email"
          label={t('session.email')}
          autoComplete="username"
          required
          autoFocus
          dir="ltr"
        />
        <PasswordInput
          size="sm"
          name="password"
          label={t('session.password')}
          autoComplete="current-password"
          required
        />
        <Button size="sm" type="submit" loading={isPending} fullWidth>
          {t('session.signIn')}
        </Button>
      </Stack>
    </form>
  );
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
