import { Link } from '@tanstack/react-router';
import { Suspense, type ReactElement } from 'react';
import type { MergeNote, ObjectSpec } from '@/api';
import { useRecordSlots } from '../slots';
import styles from './page.module.css';

interface MergeLineProps {
  object: ObjectSpec;
  merge: MergeNote;
  /** It says that records became one, not that they were parted again. */
  current: boolean;
}

/** The other records of a merge, and a way to take it back. */
export function MergeLine({ object, merge, current }: MergeLineProps): ReactElement {
  const { mergeNote: Note } = useRecordSlots();
  return (
    <div className={styles.change}>
      {merge.records.map(({ id, title }) => (
        <Link key={id} to="/$plural/$id" params={{ plural: object.plural, id } as never}>
          <bdi>{title || `#${id}`}</bdi>
        </Link>
      ))}
      {current && !merge.undone && Note && (
        <Suspense fallback={null}>
          <Note object={object} merge={merge} />
        </Suspense>
      )}
    </div>
  );
}
