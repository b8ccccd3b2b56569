import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconEdit, IconRestore, IconTag, IconTrash, IconUserShare } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useTrash, type SelectionSlotProps } from '@/records';
import { ChangeDialog } from './ChangeDialog';
import { modesFor, type Mode } from './draft';
import styles from './changing.module.css';

const ICONS = {
  edit: IconEdit,
  assign: IconUserShare,
  tag: IconTag,
  trash: IconTrash,
  restore: IconRestore,
};

/** So few go to the trash and back at once; more are looked at first. */
const FEW = 20;

/** What can be done to all selected records in one go. */
export function ChangeTools({ object, ids, search, all, onClear }: SelectionSlotProps): ReactElement | null {
  const { t } = useTranslation();
  const writes = useTrash(object);
  const [mode, setMode] = useState<Mode | null>(null);
  const modes = modesFor(object, Boolean(search.trash));
  const few = !all && ids.length <= FEW;
  const act = (next: Mode): void => {
    if (few && next === 'trash') writes.trash(ids);
    else if (few && next === 'restore') ids.forEach(writes.restore);
    else return setMode(next);
    onClear();
  };
  useHotkeys([['e', () => mode === null && modes.includes('edit') && act('edit')]]);
  const done = (): void => {
    setMode(null);
    onClear();
  };
  return (
    <>
      {modes.map((each) => {
        const Icon = ICONS[each];
        return (
          <Button
            key={each}
            variant="default"
            leftSection={<Icon size={14} aria-hidden />}
            className={styles.tool}
            onClick={() => act(each)}
          >
            {t(`changing.do.${each}`)}
          </Button>
        );
      })}
      {mode && (
        <ChangeDialog
          object={object}
          mode={mode}
          target={{ ids, search, all }}
          onClose={() => setMode(null)}
          onDone={done}
        />
      )}
    </>
  );
}
