import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { MouseEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, ObjectSpec } from '@/api';
import { Face } from '@/ui';
import styles from './list.module.css';

interface SelectableRow {
  original: ApiRecord;
  getIsSelected: () => boolean;
  toggleSelected: (on?: boolean) => void;
}

interface TitleCellProps {
  object: ObjectSpec;
  row: SelectableRow;
}

const stop = (event: MouseEvent): void => event.stopPropagation();

/** Objects of which a reader remembers a face or a sign. */
const FACES = new Set(['company', 'person', 'user']);

export function TitleCell({ object, row }: TitleCellProps): ReactElement {
  const { t } = useTranslation();
  const { id, title } = row.original;
  const name = title || `#${id}`;
  return (
    <>
      <Checkbox
        className={styles.tick}
        aria-label={t('list.selectRow', { title: name })}
        checked={row.getIsSelected()}
        onChange={() => row.toggleSelected()}
        onClick={stop}
      />
      {FACES.has(object.name) && (
        <span className={styles.tick}>
          <Face name={name} size={20} square={object.name === 'company'} />
        </span>
      )}
      <Link
        className="v-cut"
        dir="auto"
        to="/$plural/$id"
        params={{ plural: object.plural, id }}
        onClick={stop}
        preload={false}
      >
        <bdi>{name}</bdi>
      </Link>
    </>
  );
}
