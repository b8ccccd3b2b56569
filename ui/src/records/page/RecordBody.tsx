import { SegmentedControl, Skeleton } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Suspense, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, Draft, ObjectSpec } from '@/api';
import { useRecordSlots } from '../slots';
import { conflictOf, useFailed, useUpdate, type Conflict } from '../useWrites';
import { AddActivity } from './AddActivity';
import { ConflictDialog } from './ConflictDialog';
import { DerivedFacts } from './DerivedFacts';
import { EnteredFacts } from './EnteredFacts';
import { History } from './History';
import { Related } from './Related';
import { Timeline } from './Timeline';
import styles from './page.module.css';

interface RecordBodyProps {
  object: ObjectSpec;
  record: ApiRecord;
  /** Three columns on a page of its own, where there is room; one beside a list. */
  layout: 'columns' | 'stack';
}

function Happened({
  object,
  record,
  onSave,
}: {
  object: ObjectSpec;
  record: ApiRecord;
  onSave: (change: Draft) => void;
}): ReactElement {
  const { t } = useTranslation();
  const [shown, setShown] = useState('timeline');
  return (
    <>
      <AddActivity object={object} id={record.id} />
      <SegmentedControl
        mb="sm"
        aria-label={t('page.happened')}
        value={shown}
        onChange={setShown}
        data={[
          { value: 'timeline', label: t('timeline.title') },
          { value: 'history', label: t('history.title') },
        ]}
      />
      {shown === 'timeline' ? (
        <Timeline object={object} id={record.id} />
      ) : (
        <History object={object} record={record} onRestore={onSave} />
      )}
    </>
  );
}

function ValueSlot({ object, id }: { object: string; id: number }): ReactElement | null {
  const { value } = useRecordSlots();
  if (!value?.objects.includes(object)) return null;
  const Panel = value.component;
  return (
    <div className={styles.block}>
      <Suspense fallback={<Skeleton height={320} />}>
        <Panel object={object} id={id} />
      </Suspense>
    </div>
  );
}

function PanelSlots({ object, id }: { object: string; id: number }): ReactElement[] {
  const { panels = [] } = useRecordSlots();
  return panels
    .filter(({ objects }) => objects?.includes(object) ?? true)
    .map(({ key, component: Panel }) => (
      <Suspense key={key} fallback={<Skeleton height={64} mb="sm" />}>
        <Panel object={object} id={id} />
      </Suspense>
    ));
}

/** Facts, what happened, value and relations of one record. In one column the many derived facts come last. */
export function RecordBody({ object, record, layout }: RecordBodyProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 47.99em)');
  const stacked = layout === 'stack' || narrow;
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const update = useUpdate(object);
  const failed = useFailed();
  const save = (on: ApiRecord, change: Draft): void => {
    void update(on, change).then((error) => {
      const clash = error && conflictOf(error, change);
      if (clash) setConflict(clash);
      else if (error) failed(error);
    });
  };
  useHotkeys([['e', () => box.current?.querySelector<HTMLElement>('[data-editable]')?.click()]]);
  const entered = <EnteredFacts object={object} record={record} save={update} />;
  const derived = <DerivedFacts object={object} record={record} />;
  const happened = (
    <section>
      <Happened object={object} record={record} onSave={(change) => save(record, change)} />
    </section>
  );
  const around = (
    <section>
      <ValueSlot object={object.name} id={record.id} />
      <PanelSlots object={object.name} id={record.id} />
      <Related object={object} id={record.id} />
    </section>
  );
  return (
    <div ref={box} className={stacked ? styles.stack : styles.columns}>
      {stacked ? (
        <>
          {around}
          <section>{entered}</section>
          {happened}
          <section>{derived}</section>
        </>
      ) : (
        <>
          <section>
            {entered}
            {derived}
          </section>
          {happened}
          {around}
        </>
      )}
      <ConflictDialog
        object={object}
        conflict={conflict}
        onKeep={() => setConflict(null)}
        onOverwrite={({ current, wanted }) => {
          setConflict(null);
          save(current, wanted);
        }}
      />
    </div>
  );
}
