import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeNoteProps } from '@/records';
import { mayMerge } from './choice';
import { useUnmerge } from './useMerge';

/** Takes a merge back from the history of the record that stayed. */
export function UndoMerge({ object, merge }: MergeNoteProps): ReactElement | null {
  const { t } = useTranslation();
  const { undo, pending } = useUnmerge();
  if (!mayMerge(object)) return null;
  return (
    <Button size="compact-xs" variant="light" loading={pending} onClick={() => undo(merge.id)}>
      {t('merging.unmerge')}
    </Button>
  );
}
