import { Button } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SelectionSlotProps } from '@/records';
import { MergeDialog } from './MergeDialog';
import { mayMerge, MOST } from './choice';

/** Two or more selected rows become one record. */
export function MergeTool({ object, ids, onClear }: SelectionSlotProps): ReactElement | null {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  if (!mayMerge(object) || ids.length < 2 || ids.length > MOST) return null;
  return (
    <>
      <Button
        variant="default"
        style={{ flex: 'none' }}
        leftSection={<IconArrowMerge size={14} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        {t('merging.merge')}
      </Button>
      {opened && <MergeDialog object={object} ids={ids} onClose={() => setOpened(false)} onDone={onClear} />}
    </>
  );
}
