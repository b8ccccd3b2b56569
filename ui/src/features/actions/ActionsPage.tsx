import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actions, keys, type MeasuredAction } from '@/api';
import { Failure, Notice, TablePicture, Tag, TitleRow, useFormat } from '@/ui';
import styles from './actions.module.css';

function Row({ action }: { action: MeasuredAction }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <tr>
      <td>
        <Link to="/actions/$actionId" params={{ actionId: action.id }}>
          <bdi>{action.name}</bdi>
        </Link>
      </td>
      <td>
        <bdi>{action.group.title}</bdi>
      </td>
      <td className={styles.end}>{action.treated === null ? '–' : format.number(action.treated)}</td>
      <td className={styles.end}>{action.control === null ? '–' : format.number(action.control)}</td>
      <td>
        {action.decided ? (
          <Tag color="teal">{t(`actions.decision.${action.decided.decision}`)}</Tag>
        ) : (
          <Tag color={action.running ? 'blue' : 'yellow'}>
            {t(action.running ? 'actions.running' : 'actions.toDecide')}
          </Tag>
        )}
      </td>
      <td className="v-soft">{format.date(action.ends_on)}</td>
    </tr>
  );
}

/** Offers made to groups, and what was decided on each. */
export function ActionsPage(): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ queryKey: keys.actions, queryFn: () => actions.list() });
  const heads = ['name', 'group', 'treated', 'controlGroup', 'state', 'until'];
  return (
    <>
      <TitleRow print title={t('actions.title')} />
      <div className={styles.page}>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={200} />}
        {data?.length === 0 && (
          <Notice picture={<TablePicture />} title={t('actions.none')}>
            {t('actions.noneHelp')}
          </Notice>
        )}
        {data && data.length > 0 && (
          <div className={styles.scroll}>
            <table className={styles.rows}>
              <thead>
                <tr>
                  {heads.map((head) => (
                    <th key={head}>{t(`actions.${head}`)}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.map((action) => (
                  <Row key={action.id} action={action} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </>
  );
}
