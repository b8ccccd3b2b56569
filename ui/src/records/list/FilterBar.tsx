import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { added, parts, removed, replaced } from '../conditions';
import type { ListSearch } from '../search';
import { AddFilter } from './AddFilter';
import { FilterChip } from './FilterChip';
import styles from './list.module.css';

interface FilterBarProps {
  object: ObjectSpec;
  search: Pick<ListSearch, 'filter' | 'q'>;
  setSearch: (change: Pick<ListSearch, 'filter' | 'q'>, replace?: boolean) => void;
  adding: boolean;
  onAdding: (adding: boolean) => void;
  children?: ReactNode;
}

function Find({
  q,
  onFind,
}: {
  q: string | undefined;
  onFind: (q: string | undefined) => void;
}): ReactElement {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(q ?? '');
  const [seen, setSeen] = useState(q);
  const later = useDebouncedCallback(onFind, 200);
  if (q !== seen) {
    setSeen(q);
    if ((q ?? '') !== typed.trim()) setTyped(q ?? '');
  }
  return (
    <TextInput
      w={180}
      aria-label={t('list.find')}
      placeholder={t('list.find')}
      dir="auto"
      leftSection={<IconSearch size={14} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value.trim() || undefined);
      }}
    />
  );
}

/** Search, the filters as chips, and one button for the next. */
export function FilterBar({
  object,
  search,
  setSearch,
  adding,
  onAdding,
  children,
}: FilterBarProps): ReactElement {
  const { t } = useTranslation();
  const { filter, q } = search;
  const found = parts(filter);
  return (
    <div className={styles.bar} role="search">
      <Find q={q} onFind={(next) => setSearch({ q: next }, true)} />
      {found.map((part, index) => (
        <FilterChip
          key={`${index}:${JSON.stringify(part)}`}
          object={object}
          part={part}
          onChange={(next) => setSearch({ filter: replaced(filter, index, next) })}
          onRemove={() => setSearch({ filter: removed(filter, index) })}
        />
      ))}
      <AddFilter
        object={object}
        opened={adding}
        onOpen={onAdding}
        onAdd={(part) => setSearch({ filter: added(filter, part) })}
      />
      {(found.length > 0 || q) && (
        <Button variant="subtle" color="gray" onClick={() => setSearch({ filter: undefined, q: undefined })}>
          {t('filter.clear')}
        </Button>
      )}
      {children}
    </div>
  );
}
