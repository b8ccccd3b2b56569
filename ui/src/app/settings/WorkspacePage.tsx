import { Box, Button, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, workspace, type Me, useMe } from '@/api';
import { TitleRow, toast } from '@/ui';
import { LANGUAGES } from '../i18n';
import styles from './settings.module.css';

const WholeExport = lazy(() =>
  import('@/features/exports').then((module) => ({ default: module.WholeExport })),
);

function Facts({ start }: { start: Me['workspace'] }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [facts, setFacts] = useState(start);
  const save = useMutation({
    mutationFn: workspace.write,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.me });
      toast({ message: t('workspace.saved') });
    },
    onError: (error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
  });
  const change = (part: Partial<Me['workspace']>): void => setFacts((now) => ({ ...now, ...part }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(facts);
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={360} align="start">
        <TextInput
          label={t('workspace.name')}
          value={facts.name}
          required
          maxLength={100}
          dir="auto"
          w="100%"
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('workspace.currency')}
          description={t('workspace.currencyHelp')}
          value={facts.currency}
          required
          pattern="[A-Z]{3}"
          dir="ltr"
          onChange={(event) => change({ currency: event.currentTarget.value.toUpperCase() })}
        />
        <NativeSelect
          label={t('workspace.language')}
          value={facts.locale}
          data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
          onChange={(event) => change({ locale: event.currentTarget.value })}
        />
        <Button type="submit" loading={save.isPending}>
          {t('workspace.save')}
        </Button>
      </Stack>
    </form>
  );
}

/** What the workspace is called and counts in, and the way out with everything. */
export function WorkspacePage(): ReactElement {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <>
      <TitleRow title={t('settings.workspace')} />
      <div className={styles.body}>
        <Facts start={me.workspace} />
        <h2>{t('workspace.take')}</h2>
        <Box maw={480}>
          <WholeExport />
        </Box>
      </div>
    </>
  );
}
