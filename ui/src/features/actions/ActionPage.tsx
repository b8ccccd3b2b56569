import { Button, Skeleton } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { actions, keys, type MeasuredAction } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure, TitleRow, useFormat } from '@/ui';
import { Decide } from './Decide';
import { ResultCards } from './ResultCards';
import { Withheld } from './Withheld';
import styles from './actions.module.css';

function Facts({ action }: { action: MeasuredAction }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(action.object)?.plural ?? action.object;
  return (
    <p style={{ margin: 0 }}>
      <Link to="/$plural" params={{ plural }} search={{ view: action.group.id }}>
        <bdi>{action.group.title}</bdi>
      </Link>
      {' · '}
      {t(`actions.kind.${action.success.kind}`)}
      {' · '}
      {t('actions.span', { from: format.date(action.starts_on), to: format.date(action.ends_on) })}
      {' · '}
      {t('actions.each', {
        cost: format.money({ amount: action.cost, currency: action.currency }),
      })}
    </p>
  );
}

/** One offer: who got it, what it changed, what was decided. */
export function ActionPage(): ReactElement {
  const { actionId } = useParams({ from: '/inside/actions/$actionId' });
  const { t } = useTranslation();
  const action = useQuery({ queryKey: keys.action(actionId), queryFn: () => actions.read(actionId) });
  const withheld = action.data?.withheld;
  const result = useQuery({
    queryKey: keys.actionResult(actionId),
    queryFn: () => actions.result(actionId),
    enabled: withheld === false,
  });
  const error = action.error ?? result.error;
  const reload = (): void => {
    void action.refetch();
    void result.refetch();
  };
  return (
    <>
      <TitleRow
        print
        title={action.data?.name ?? t('actions.title')}
        actions={
          withheld === false && (
            <Button
              variant="default"
              component="a"
              href={actions.worklistAddress(actionId)}
              leftSection={<IconDownload size={14} aria-hidden />}
            >
              {t('actions.worklist')}
            </Button>
          )
        }
      />
      <div className={styles.page}>
        {action.data && <Facts action={action.data} />}
        {error && <Failure error={error} onRetry={reload} />}
        {action.data && <Withheld action={action.data} />}
        {result.data ? (
          <ResultCards result={result.data} />
        ) : (
          !error && !withheld && <Skeleton height={320} />
        )}
        {action.data && !withheld && <Decide action={action.data} />}
      </div>
    </>
  );
}
