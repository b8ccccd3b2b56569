import { Menu } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordActionProps } from '@/records';
import { mayMerge } from './choice';
import { MergeDialog } from './MergeDialog';
import { OtherDialog } from './OtherDialog';

/** From the record's page: find the other one, then choose. */
export function MergeAction({ object, record }: RecordActionProps): ReactElement | null {
  const { t } = useTranslation();
  const [searching, setSearching] = useState(false);
  const [other, setOther] = useState<number | null>(null);
  if (!mayMerge(object)) return null;
  return (
    <>
      <Menu.Item leftSection={<IconArrowMerge size={14} aria-hidden />} onClick={() => setSearching(true)}>
        {t('merging.mergeWith')}
      </Menu.Item>
      {searching && (
        <OtherDialog
          object={object}
          not={record.id}
          onClose={() => setSearching(false)}
          onChosen={(id) => {
            setSearching(false);
            setOther(id);
          }}
        />
      )}
      {other !== null && (
        <MergeDialog
          object={object}
          ids={[record.id, other]}
          onClose={() => setOther(null)}
          onDone={() => setOther(null)}
        />
      )}
    </>
  );
}
