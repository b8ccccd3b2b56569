import { ActionIcon, Badge, Button, Menu } from '@mantine/core';
import { IconArrowsDiagonal, IconDots, IconRestore, IconTrash, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, ObjectSpec } from '@/api';
import { useFieldLabel, useLabel } from '@/catalogue';
import { FieldValue, isEmpty } from '@/fields';
import { Face, PrintButton } from '@/ui';
import { useRecordSlots } from '../slots';
import { useTrash } from '../useWrites';
import { leadingFacts } from './facts';
import styles from './page.module.css';

interface RecordHeaderProps {
  object: ObjectSpec;
  record: ApiRecord;
  /** Beside a list: a way to close it and one to the full page. */
  onClose?: () => void;
}

function Leading({ object, record }: RecordHeaderProps): ReactElement {
  const name = useFieldLabel();
  return (
    <dl className={styles.facts} style={{ margin: 0 }}>
      {leadingFacts(object, record).map((field) => (
        <div key={field.id} className={styles.fact}>
          <dt>{name(field)}</dt>
          <dd>
            <FieldValue field={field} value={record[field.name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ActionMenu({ object, record, onClose }: RecordHeaderProps): ReactElement | null {
  const { t } = useTranslation();
  const { trash } = useTrash(object);
  const { actions = [] } = useRecordSlots();
  if (!object.can.delete && actions.length === 0) return null;
  return (
    <Menu keepMounted keepMountedMode="display-none">
      <Menu.Target>
        <ActionIcon aria-label={t('page.actions')}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ key, component: Action }) => (
          <Suspense key={key} fallback={null}>
            <Action object={object} record={record} onClose={onClose} />
          </Suspense>
        ))}
        {object.can.delete && (
          <Menu.Item
            leftSection={<IconTrash size={14} />}
            onClick={() => {
              trash([record.id]);
              onClose?.();
            }}
          >
            {t('trash.move')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Actions({ object, record, onClose }: RecordHeaderProps): ReactElement {
  const { t } = useTranslation();
  const { restore } = useTrash(object);
  return (
    <>
      {record.deleted_at && (
        <Button variant="default" leftSection={<IconRestore size={14} />} onClick={() => restore(record.id)}>
          {t('trash.restore')}
        </Button>
      )}
      {!record.deleted_at && <ActionMenu object={object} record={record} onClose={onClose} />}
      {onClose && (
        <>
          <ActionIcon
            component={Link}
            to="/$plural/$id"
            params={{ plural: object.plural, id: record.id } as never}
            aria-label={t('page.full')}
          >
            <IconArrowsDiagonal size={16} className="v-flip" />
          </ActionIcon>
          <ActionIcon aria-label={t('shell.close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </>
      )}
    </>
  );
}

/** Face, name, owner, the three facts that matter now, and what can be done. */
export function RecordHeader({ object, record, onClose }: RecordHeaderProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const owner = object.fields.find(({ name, type }) => name === 'owner' && type === 'user');
  const title = record.title || `#${record.id}`;
  return (
    <header className={styles.header}>
      <Face name={title} size={40} square={object.name !== 'person' && object.name !== 'user'} />
      <div className={styles.name}>
        <h1>
          <bdi>{title}</bdi>
        </h1>
        <span className="v-soft v-small">
          {read(object.label)}
          {owner && !isEmpty(record.owner) && (
            <>
              {' · '}
              <FieldValue field={owner} value={record.owner} />
            </>
          )}
          {record.deleted_at && (
            <>
              {' · '}
              <Badge color="red" variant="light">
                {t('trash.in')}
              </Badge>
            </>
          )}
        </span>
      </div>
      {!onClose && <Leading object={object} record={record} />}
      {!onClose && <PrintButton />}
      <Actions object={object} record={record} onClose={onClose} />
      {onClose && <Leading object={object} record={record} />}
    </header>
  );
}
