import { ActionIcon, Alert, Button, CopyButton, Group, Table, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, tokens, type ApiToken } from '@/api';
import { Moment } from '@/fields';
import { Failure, TitleRow, toast } from '@/ui';
import styles from './settings.module.css';

function Secret({ made }: { made: ApiToken }): ReactElement | null {
  const { t } = useTranslation();
  const secret = made.token;
  if (!secret) return null;
  return (
    <Alert title={t('tokens.once')} mb="md">
      <Group wrap="nowrap">
        <code dir="ltr" style={{ overflowWrap: 'anywhere' }}>
          {secret}
        </code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('tokens.copied') : t('tokens.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}

/** Keys for programs that act in the user's name. */
export function TokensPage(): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const { data, error, refetch } = useQuery({ queryKey: keys.tokens, queryFn: tokens.list });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: keys.tokens });
  const failed = (problem: Error): string =>
    toast({ tone: 'bad', title: t('write.failed'), message: problem.message });
  const make = useMutation({ mutationFn: tokens.create, onSuccess: refresh, onError: failed });
  const remove = useMutation({ mutationFn: tokens.remove, onSuccess: refresh, onError: failed });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate(name.trim(), { onSuccess: () => setName('') });
  };
  return (
    <>
      <TitleRow title={t('settings.tokens')} />
      <div className={styles.body}>
        <p className="v-soft" style={{ marginTop: 0 }}>
          {t('tokens.help')}
        </p>
        {make.data && <Secret made={make.data} />}
        <form onSubmit={submit}>
          <Group align="end" mb="md">
            <TextInput
              label={t('tokens.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              dir="auto"
            />
            <Button type="submit" disabled={!name.trim()} loading={make.isPending}>
              {t('tokens.make')}
            </Button>
          </Group>
        </form>
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {data && data.length > 0 && (
          <div className={styles.table}>
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('tokens.name')}</Table.Th>
                  <Table.Th>{t('tokens.created')}</Table.Th>
                  <Table.Th>{t('tokens.used')}</Table.Th>
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((token) => (
                  <Table.Tr key={token.id}>
                    <Table.Td>
                      <bdi>{token.name}</bdi>
                    </Table.Td>
                    <Table.Td>{token.created_at && <Moment value={token.created_at} />}</Table.Td>
                    <Table.Td>
                      {token.last_used_at ? <Moment value={token.last_used_at} /> : t('tokens.never')}
                    </Table.Td>
                    <Table.Td ta="end">
                      <ActionIcon
                        aria-label={t('tokens.revoke', { name: token.name })}
                        onClick={() => remove.mutate(token.id)}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </div>
    </>
  );
}
