import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '@/api';
import { TitleRow, toast } from '@/ui';
import styles from './settings.module.css';

const SHORTEST = 12;

/** The own password: set after the first sign-in by link, changed later. */
export function PasswordPage(): ReactElement {
  const { t } = useTranslation();
  const { mutate, error, isPending } = useMutation({ mutationFn: session.setPassword });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    mutate(
      { current: String(given.get('current')) || null, new: String(given.get('new')) },
      {
        onSuccess: () => {
          form.reset();
          toast({ message: t('password.saved') });
        },
      },
    );
  };
  return (
    <>
      <TitleRow title={t('settings.password')} />
      <div className={styles.body}>
        <p className="v-soft">{t('password.help')}</p>
        <form onSubmit={submit}>
          <Stack maw={360} align="stretch">
            {error && (
              <Alert color="red" role="alert">
                {error.message}
              </Alert>
            )}
            <PasswordInput
              name="current"
              label={t('password.current')}
              description={t('password.currentHelp')}
              autoComplete="current-password"
            />
            <PasswordInput
              name="new"
              label={t('password.new')}
              description={t('password.newHelp', { least: SHORTEST })}
              minLength={SHORTEST}
              required
              autoComplete="new-password"
            />
            <Button type="submit" loading={isPending}>
              {t('password.save')}
            </Button>
          </Stack>
        </form>
      </div>
    </>
  );
}
