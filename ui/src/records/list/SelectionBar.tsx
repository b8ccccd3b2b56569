import { Button, CloseButton } from '@mantine/core';
import { Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec, RecordPageAnswer } from '@/api';
import { useFormat } from '@/ui';
import { counted } from '../counted';
import type { ListSearch } from '../search';
import { useRecordSlots } from '../slots';
import styles from './list.module.css';

export interface SelectionBarProps {
  object: ObjectSpec;
  ids: number[];
  /** How many rows are loaded, and how many fit. */
  loaded: number;
  count: RecordPageAnswer['count'];
  all: boolean;
  onAll: (all: boolean) => void;
  search: ListSearch;
  onClear: () => void;
}

/** What can be done with the selected rows, or with all that fit the filter. */
export function SelectionBar(props: SelectionBarProps): ReactElement | null {
  const { object, ids, loaded, count, all, onAll, search, onClear } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const { selection = [] } = useRecordSlots();
  if (ids.length === 0) return null;
  const fits = counted(count, format);
  const more = count !== null && ids.length >= loaded && (count.capped || (count.value ?? 0) > ids.length);
  const said = all
    ? t('list.selectedAll', { fits })
    : t('list.selected', { count: ids.length, rows: format.number(ids.length) });
  const tools = selection.filter((tool) => (!all || tool.all) && (!search.trash || tool.inTrash));
  return (
    <div className={styles.selection} role="toolbar" aria-label={said}>
      <span aria-live="polite" className={styles.said}>
        {said}
      </span>
      {more && (
        <Button variant="subtle" onClick={() => onAll(!all)}>
          {all ? t('list.selectLoaded') : t('list.selectFitting', { fits })}
        </Button>
      )}
      {tools.map(({ key, component: Tool }) => (
        <Suspense key={key} fallback={null}>
          <Tool object={object} ids={ids} search={search} all={all && more} count={count} onClear={onClear} />
        </Suspense>
      ))}
      <CloseButton aria-label={t('list.clearSelection')} onClick={onClear} />
    </div>
  );
}
