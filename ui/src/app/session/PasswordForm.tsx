import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, session } from '@/api';

interface PasswordFormProps {
  /** Of whom it is known already who they are. */
  email?: string;
  onEnter: () => Promise<void>;
}

function message(error: Error, t: (key: string) => string): string {
  if (error instanceof ApiError && error.status === 429) return t('session.tooMany');
  if (error instanceof ApiError && error.status < 500) return t('session.wrong');
  return t('session.unreachable');
}

/** Escape here closes nothing that stands behind. */
const OWN_ESCAPE = { 'data-mantine-stop-propagation': 'true' };

export function PasswordForm({ email, onEnter }: PasswordFormProps): ReactElement {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (given: { email: string; password: string }) => session.signIn(given.email, given.password),
    onSuccess: onEnter,
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
          {...OWN_ESCAPE}
          size="sm"
          name="email"
          type="email"
          label={t('session.email')}
          autoComplete="username"
          defaultValue={email}
          required
          autoFocus={!email}
          dir="ltr"
        />
        <PasswordInput
          {...OWN_ESCAPE}
          size="sm"
          name="password"
          label={t('session.password')}
          autoComplete="current-password"
          autoFocus={Boolean(email)}
          data-autofocus={email ? true : undefined}
          required
        />
        <Button {...OWN_ESCAPE} size="sm" type="submit" loading={isPending} fullWidth>
          {t('session.signIn')}
        </Button>
      </Stack>
    </form>
  );
}
