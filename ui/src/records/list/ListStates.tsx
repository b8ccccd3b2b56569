import { Button, Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { inSentence, useLabel } from '@/catalogue';
import { Notice, TablePicture } from '@/ui';
import type { ListSearch } from '../search';

/** The layout to come, in grey. */
export function ListSkeleton(): ReactElement {
  const { t } = useTranslation();
  return (
    <div aria-busy aria-label={t('shell.loading')} style={{ padding: '0 16px' }}>
      {Array.from({ length: 16 }, (_, row) => (
        <div key={row} style={{ display: 'flex', gap: 16, height: 32, alignItems: 'center' }}>
          <Skeleton height={14} width={200 - (row % 4) * 24} />
          <Skeleton height={14} width={110} />
          <Skeleton height={14} width={90} />
          <Skeleton height={14} flex={1} />
        </div>
      ))}
    </div>
  );
}

/** Said above a list that may lack what a search would find. */
export function Preparing(): ReactElement {
  const { t } = useTranslation();
  return (
    <p className="v-soft" role="status" style={{ margin: 0, padding: '4px 16px' }}>
      {t('palette.partial')}
    </p>
  );
}

interface EmptyListProps {
  object: ObjectSpec;
  search: ListSearch;
  /** Some records are still being made ready for search. */
  partial: boolean;
  onClear: () => void;
  onCreate: () => void;
}

export function EmptyList({ object, search, partial, onClear, onCreate }: EmptyListProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const objects = inSentence(read(object.label_plural));
  if (partial) return <Notice title={t('list.preparing')}>{t('list.preparingHelp')}</Notice>;
  if (search.filter || search.q) {
    return (
      <Notice
        title={t('list.noneFit', { objects })}
        action={
          <Button variant="default" onClick={onClear}>
            {t('filter.clear')}
          </Button>
        }
      >
        {t('list.noneFitHelp')}
      </Notice>
    );
  }
  if (search.trash) return <Notice title={t('list.trashEmpty')} />;
  return (
    <Notice
      title={t('list.none', { objects })}
      picture={<TablePicture />}
      action={
        object.can.create && (
          <Button leftSection={<IconPlus size={14} />} onClick={onCreate}>
            {t('palette.create', { object: inSentence(read(object.label)) })}
          </Button>
        )
      }
    >
      {t('list.noneHelp')}
    </Notice>
  );
}
