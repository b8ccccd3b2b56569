import { Select, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, pivots, type ObjectSpec } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { FilterBar } from '@/records';
import { Missing, Notice, TablePicture, TitleRow } from '@/ui';
import { usual } from './axes';
import { ChosenBar, filterOf } from './ChosenBar';
import { PivotTable, type Chosen } from './PivotTable';
import { Build, Tools, type Change } from './PivotTools';
import styles from './pivot.module.css';
import { Refused, Said } from './Said';
import { askedOf, type PivotSearch } from './search';
import { usePivotWords } from './useWords';

function usePivotAddress(object: ObjectSpec): [PivotSearch, Change] {
  const raw: PivotSearch = useSearch({ from: '/inside/pivot/$plural' });
  const navigate = useNavigate({ from: '/pivot/$plural' });
  const search = raw.rows === undefined && raw.columns === undefined ? { ...raw, ...usual(object) } : raw;
  const change: Change = (part, replace = false) =>
    void navigate({ to: '.', search: { ...search, ...part }, replace, resetScroll: false });
  return [search, change];
}

function Whole({ object }: { object: ObjectSpec }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { objects } = useCatalogue();
  const read = useLabel();
  const [search, change] = usePivotAddress(object);
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const words = usePivotWords(object);
  const asked = useMemo(() => askedOf(object.name, search), [object.name, search]);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: keys.pivot(object.name, asked),
    queryFn: ({ signal }) => pivots.read(asked, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const forget: Change = (part, replace) => {
    setChosen(null);
    change(part, replace);
  };
  const shared = { object, asked, search, change: forget, words };
  const fits = data && !isPlaceholderData;
  return (
    <>
      <TitleRow
        print
        title={t('pivot.title')}
        aside={
          <Select
            aria-label={t('pivot.object')}
            w={170}
            searchable
            allowDeselect={false}
            value={object.plural}
            data={objects.map(({ plural, label_plural }) => ({ value: plural, label: read(label_plural) }))}
            onChange={(plural) =>
              plural && void navigate({ to: '/pivot/$plural', params: { plural }, search: {} })
            }
          />
        }
        actions={<Tools {...shared} />}
      />
      <div className={styles.page}>
        <Build {...shared} />
        <div className={styles.filter}>
          <FilterBar
            object={object}
            search={search}
            setSearch={forget}
            adding={adding}
            onAdding={setAdding}
          />
        </div>
        {error && !isPlaceholderData && (
          <Refused
            error={error}
            columns={search.columns ?? ''}
            change={forget}
            onRetry={() => void refetch()}
          />
        )}
        {!data && !error && <Skeleton height={320} />}
        {fits && !error && data.count === 0 && (
          <Notice picture={<TablePicture />} title={t('pivot.none')}>
            {t('pivot.noneHelp')}
          </Notice>
        )}
        {fits && !error && data.count > 0 && (
          <>
            <Said {...shared} pivot={data} />
            <PivotTable
              key={JSON.stringify([asked.rows, asked.columns, asked.figures])}
              {...shared}
              pivot={data}
              share={search.share}
              plain={Boolean(search.plain)}
              label={t('pivot.title')}
              onSort={(sort) => forget({ sort }, true)}
              onChoose={setChosen}
              onOpen={(cell) => {
                if (cell.values.length === 0) return;
                const filter = filterOf(asked, cell);
                const { plural } = object;
                void navigate({
                  to: '/$plural',
                  params: { plural },
                  search: { ...(filter && { filter }), ...(asked.q && { q: asked.q }) },
                });
              }}
            />
          </>
        )}
        {chosen && <ChosenBar {...shared} chosen={chosen} onClose={() => setChosen(null)} />}
      </div>
    </>
  );
}

/** Any records as a table of rows and columns of choice: each cell opens the list of what it counts. */
export function PivotPage(): ReactElement {
  const { plural } = useParams({ from: '/inside/pivot/$plural' });
  const object = useCatalogue().byPlural.get(plural);
  if (!object) return <Missing />;
  return <Whole key={object.name} object={object} />;
}
