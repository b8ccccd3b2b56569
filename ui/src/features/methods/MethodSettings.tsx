import { Button, Group, Input, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, keys, methods, type MethodSetting, type WholeMethod } from '@/api';
import { Question, toast, useFormat } from '@/ui';
import { changed, draftOf, problemsOf, type Problem, type SettingsDraft } from './draft';
import styles from './methods.module.css';
import { SettingInput } from './SettingInput';
import { useWords } from './useWords';

interface SettingsProps {
  method: WholeMethod;
  mayChange: boolean;
}

const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** What a setting does, its bounds, and its default. */
function useDescription(): (setting: MethodSetting) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  return (setting) => {
    const { name, low, high, default: standard } = setting;
    const number = (value: number): string => format.number(value, { maximumFractionDigits: 4 });
    const bounds = low !== null && high !== null && setting.kind !== 'weights';
    return [
      words.help(name),
      bounds && t('methods.bounds', { low: number(low), high: number(high) }),
      !isNothing(standard) &&
        t('methods.standard', {
          value:
            setting.kind === 'choice' ? words.option(name, String(standard)) : words.value(name, standard),
        }),
    ]
      .filter(Boolean)
      .join(' ');
  };
}

/** The settings of a method as a form made of what it declares; they hold from the next run. */
export function MethodSettings({ method, mayChange }: SettingsProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const words = useWords();
  const describe = useDescription();
  const { settings } = method;
  const [edits, setEdits] = useState<SettingsDraft>({});
  const draft = { ...draftOf(settings), ...edits };
  const save = useMutation({
    mutationFn: () => methods.change(method.key, { settings: changed(settings, draft) }),
    onSuccess: (saved) => {
      client.setQueryData(keys.method(method.key), saved);
      void client.invalidateQueries({ queryKey: keys.methods });
      void client.invalidateQueries({ queryKey: keys.insightSettings });
      setEdits({});
      toast({ message: t('methods.saved') });
    },
  });
  const problems = problemsOf(settings, draft);
  const theirs = save.error instanceof ApiError ? save.error.byField : {};
  const said = (problem: Problem | undefined): string | undefined =>
    problem &&
    t(problem.key, { low: format.number(problem.low ?? 0), high: format.number(problem.high ?? 0) });
  const touched = Object.keys(changed(settings, draft)).length > 0;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (touched && Object.keys(problems).length === 0) save.mutate();
  };
  const own = settings.filter(({ shared }) => !shared);
  const shared = settings.filter((setting) => setting.shared);
  const input = (setting: MethodSetting): ReactElement => (
    <SettingInput
      key={setting.name}
      setting={setting}
      value={draft[setting.name]}
      shown={{
        label: words.setting(setting.name),
        description: describe(setting) || undefined,
        error: said(problems[setting.name]) ?? theirs[setting.name],
      }}
      onChange={(value) => setEdits((now) => ({ ...now, [setting.name]: value }))}
    />
  );
  return (
    <Question
      title={t('methods.settings')}
      caption={t(mayChange ? 'methods.settingsHelp' : 'methods.managers')}
    >
      <form onSubmit={submit} noValidate>
        <fieldset className={styles.form} disabled={!mayChange}>
          <Stack gap="md">
            {settings.length === 0 && <p className="v-soft">{t('methods.noSettings')}</p>}
            {own.map(input)}
            {shared.length > 0 && <p className={styles.sharedHead}>{t('methods.shared')}</p>}
            {shared.map(input)}
            {save.error && Object.keys(theirs).length === 0 && (
              <Input.Error>{save.error.message}</Input.Error>
            )}
            {mayChange && settings.length > 0 && (
              <Group justify="flex-end">
                {touched && (
                  <Button variant="subtle" color="gray" onClick={() => setEdits({})}>
                    {t('methods.discard')}
                  </Button>
                )}
                <Button
                  type="submit"
                  loading={save.isPending}
                  disabled={!touched || Object.keys(problems).length > 0}
                >
                  {t('methods.save')}
                </Button>
              </Group>
            )}
          </Stack>
        </fieldset>
      </form>
    </Question>
  );
}
