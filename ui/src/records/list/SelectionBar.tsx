import { Button, CloseButton } from '@mantine/core';
import { IconRestore, IconTrash } from '@tabler/icons-react';
import { Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import type { ListSearch } from '../search';
import { useRecordSlots } from '../slots';
import { useTrash } from '../useWrites';
import styles from './list.module.css';

interface SelectionBarProps {
  object: ObjectSpec;
  ids: number[];
  search: ListSearch;
  onClear: () => void;
}

/** What can be done with the selected rows. */
export function SelectionBar({ object, ids, search, onClear }: SelectionBarProps): ReactElement | null {
  const { t } = useTranslation();
  const writes = useTrash(object);
  const { selection = [] } = useRecordSlots();
  const trash = Boolean(search.trash);
  if (ids.length === 0) return null;
  const act = (): void => {
    if (trash) ids.forEach(writes.restore);
    else writes.trash(ids);
    onClear();
  };
  return (
    <div className={styles.selection} role="toolbar" aria-label={t('list.selected', { count: ids.length })}>
      <span aria-live="polite">{t('list.selected', { count: ids.length })}</span>
      {!trash &&
        selection.map(({ key, component: Tool }) => (
          <Suspense key={key} fallback={null}>
            <Tool object={object} ids={ids} search={search} onClear={onClear} />
          </Suspense>
        ))}
      {object.can.delete && (
        <Button
          variant="default"
          leftSection={trash ? <IconRestore size={14} /> : <IconTrash size={14} />}
          onClick={act}
        >
          {trash ? t('trash.restore') : t('trash.move')}
        </Button>
      )}
      <CloseButton aria-label={t('list.clearSelection')} onClick={onClear} />
    </div>
  );
}
