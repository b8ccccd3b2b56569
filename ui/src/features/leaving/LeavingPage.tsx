import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { insight, keys, type CustomerObject, type ObjectSpec } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure, Notice, TitleRow } from '@/ui';
import { Choose } from './Choose';
import styles from './leaving.module.css';
import { Result } from './Result';
import { likelyOutcome, outcomes, type LeavingSearch } from './search';

/** The kind of customer to begin with: the one that has a field about leaving. */
function firstKind(objects: ObjectSpec[]): ObjectSpec | undefined {
  return objects.find(likelyOutcome) ?? objects.find((object) => outcomes(object).length > 0) ?? objects[0];
}

function useLeaving(object: ObjectSpec, { target, gone, without, tenure }: LeavingSearch) {
  const asked = {
    object: object.name as CustomerObject,
    target: target ?? '',
    gone: gone ?? 'true',
    without,
    tenure,
  };
  const marked = object.fields.filter((field) => field.known_after).map(({ name }) => name);
  return useQuery({
    queryKey: keys.insightOf('leaving', object.name, { ...asked, marked }),
    queryFn: ({ signal }) => insight.leaving(asked, signal),
    enabled: Boolean(target),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

function Worked({ object, search }: { object: ObjectSpec; search: LeavingSearch }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useLeaving(object, search);
  const show = (next: LeavingSearch): void => void navigate({ to: '/base/leaving', search: next });
  if (outcomes(object).length === 0)
    return (
      <Notice
        title={t('leaving.noOutcome')}
        action={
          <Button component={Link} to="/imports">
            {t('leaving.import')}
          </Button>
        }
      >
        {t('leaving.noOutcomeHelp')}
      </Notice>
    );
  return (
    <div className={styles.page}>
      <Choose
        object={object}
        search={search}
        busy={found.isFetching}
        onObject={(name) => show({ object: name })}
        onWork={show}
      />
      <div aria-busy={found.isFetching} className={found.isPlaceholderData ? styles.stale : undefined}>
        {!search.target && <Notice title={t('leaving.begin')}>{t('leaving.beginHelp')}</Notice>}
        {search.target && found.isPending && <Skeleton height={420} aria-label={t('leaving.working')} />}
        {found.error && <Failure error={found.error} onRetry={() => void found.refetch()} />}
        {search.target && found.data && !found.error && <Result object={object} leaving={found.data} />}
      </div>
    </div>
  );
}

/** Who leaves, learned from what is known of the customers: how surely, by what, and how long they stay. */
export function LeavingPage(): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const search: LeavingSearch = useSearch({ from: '/inside/base/leaving' });
  const kinds = ['person', 'company'].flatMap((name) => catalogue.object(name) ?? []);
  const object = kinds.find(({ name }) => name === search.object) ?? firstKind(kinds);
  return (
    <>
      <TitleRow print title={t('nav.leaving')} />
      {object && <Worked key={object.name} object={object} search={search} />}
    </>
  );
}
