import { Skeleton, Stack } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import type { ObjectSpec } from '@/api';
import { useLabel } from '@/catalogue';
import { Failure } from '@/ui';
import styles from '../list/list.module.css';
import { RecordBody } from './RecordBody';
import { RecordHeader } from './RecordHeader';
import { useRecord } from './useRecord';

interface RecordPeekProps {
  object: ObjectSpec;
  id: number;
  onClose: () => void;
}

/** A record beside the list it was found in. The keys that follow are for it; those of the list work on. */
export function RecordPeek({ object, id, onClose }: RecordPeekProps): ReactElement {
  const read = useLabel();
  const { data, error, refetch } = useRecord(object, id);
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  return (
    <aside ref={box} tabIndex={-1} className={styles.peek} aria-label={read(object.label)}>
      {data && <RecordHeader object={object} record={data} onClose={onClose} />}
      {data && <RecordBody object={object} record={data} layout="stack" />}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && (
        <Stack p="md">
          <Skeleton height={40} />
          <Skeleton height={240} />
        </Stack>
      )}
    </aside>
  );
}
