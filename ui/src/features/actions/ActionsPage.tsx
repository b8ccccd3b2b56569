import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actions, keys, type MeasuredAction } from '@/api';
import { ColumnTable, Failure, Notice, TablePicture, Tag, TitleRow, useFormat, type Column } from '@/ui';
import { Withheld } from './Withheld';
import styles from './actions.module.css';

function State({ action }: { action: MeasuredAction }): ReactElement {
  const { t } = useTranslation();
  if (action.decided) return <Tag color="teal">{t(`actions.decision.${action.decided.decision}`)}</Tag>;
  return (
    <Tag color={action.running ? 'blue' : 'yellow'}>
      {t(action.running ? 'actions.running' : 'actions.toDecide')}
    </Tag>
  );
}

function useColumns(): Column<MeasuredAction>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (value: number | null): string => (value === null ? '–' : format.number(value));
  const name = (action: MeasuredAction): ReactElement => (
    <>
      <Link to="/actions/$actionId" params={{ actionId: action.id }}>
        <bdi>{action.name}</bdi>
      </Link>
      <Withheld action={action} />
    </>
  );
  return [
    { head: t('actions.name'), cell: name, words: true },
    { head: t('actions.group'), cell: ({ group }) => <bdi>{group.title}</bdi>, words: true },
    { head: t('actions.treated'), cell: ({ treated }) => number(treated) },
    { head: t('actions.controlGroup'), cell: ({ control }) => number(control) },
    { head: t('actions.state'), cell: (action) => <State action={action} />, words: true },
    {
      head: t('actions.until'),
      cell: ({ ends_on }) => <span className="v-soft">{format.date(ends_on)}</span>,
      words: true,
    },
  ];
}

/** Offers made to groups, and what was decided on each. */
export function ActionsPage(): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.actions, queryFn: () => actions.list() });
  const columns = useColumns();
  return (
    <>
      <TitleRow print title={t('actions.title')} />
      <div className={styles.page}>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={200} />}
        {data?.length === 0 && (
          <Notice
            picture={<TablePicture />}
            title={t('actions.none')}
            action={
              <Button component={Link} to="/companies">
                {t('actions.seeCustomers')}
              </Button>
            }
          >
            {t('actions.noneHelp')}
          </Notice>
        )}
        {data && data.length > 0 && (
          <div className={styles.scroll}>
            <ColumnTable rows={data} columns={columns} rowKey={({ id }) => id} />
          </div>
        )}
      </div>
    </>
  );
}
