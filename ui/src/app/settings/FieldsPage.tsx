import { ActionIcon, Button, Table } from '@mantine/core';
import { IconEyeOff, IconPencil, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogue, keys, type FieldSpec, type ObjectSpec, useMe } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { FormModal, Missing, Tag, TitleRow, toast } from '@/ui';
import { FieldForm } from './FieldForm';
import { HiddenFields } from './HiddenFields';
import styles from './settings.module.css';

/** Hides a field; its values stay in the database, and the toast brings it back. */
function useHide(object: ObjectSpec): (field: FieldSpec) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: keys.catalogue });
  const failed = (error: Error): string =>
    toast({ tone: 'bad', title: t('write.failed'), message: error.message });
  const show = useMutation({
    mutationFn: (name: string) => catalogue.changeField(object.name, name, { hidden: false }),
    onSuccess: refresh,
    onError: failed,
  });
  const hide = useMutation({
    mutationFn: (field: FieldSpec) => catalogue.hideField(object.name, field.name),
    onError: failed,
    onSuccess: async (_, field) => {
      await refresh();
      toast({
        lasts: 10_000,
        message: (
          <>
            {t('fields.hidden')}{' '}
            <Button size="compact-xs" variant="light" onClick={() => show.mutate(field.name)}>
              {t('write.undo')}
            </Button>
          </>
        ),
      });
    },
  });
  return hide.mutate;
}

interface RowProps {
  field: FieldSpec;
  mayChange: boolean;
  onEdit: () => void;
  onHide: () => void;
}

function Row({ field, mayChange, onEdit, onHide }: RowProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  return (
    <Table.Tr>
      <Table.Td>{name(field)}</Table.Td>
      <Table.Td>
        <code dir="ltr">{field.name}</code>
      </Table.Td>
      <Table.Td>{t(`type.${field.type}`)}</Table.Td>
      <Table.Td>
        {field.required && <Tag color="gray">{t('fields.required')}</Tag>}{' '}
        {field.known_after && <Tag color="orange">{t('fields.knownAfter')}</Tag>}{' '}
        {field.derived && (
          <Tag color="blue">
            {t(field.kind === 'insight' ? 'fields.derived' : `fields.kind.${field.kind}`)}
          </Tag>
        )}{' '}
        {field.origin !== 'core' && <Tag color="teal">{t('objects.own')}</Tag>}
      </Table.Td>
      <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
        {mayChange && (
          <>
            <ActionIcon aria-label={t('fields.edit', { field: name(field) })} onClick={onEdit}>
              <IconPencil size={16} />
            </ActionIcon>
            <ActionIcon aria-label={t('fields.hide', { field: name(field) })} onClick={onHide}>
              <IconEyeOff size={16} />
            </ActionIcon>
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Fields({ object }: { object: ObjectSpec }): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const { user } = useMe();
  const hide = useHide(object);
  const [editing, setEditing] = useState<FieldSpec | 'new' | null>(null);
  const mayChange = user.role === 'owner';
  return (
    <>
      <TitleRow
        title={
          <>
            <Link to="/settings/objects">{t('settings.objects')}</Link> / {read(object.label_plural)}
          </>
        }
        actions={
          mayChange && (
            <Button leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
              {t('fields.add')}
            </Button>
          )
        }
      />
      <div className={styles.body}>
        <div className={styles.table}>
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('fields.label')}</Table.Th>
                <Table.Th>{t('objects.apiName')}</Table.Th>
                <Table.Th>{t('fields.type')}</Table.Th>
                <Table.Td />
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {object.fields.map((field) => (
                <Row
                  key={field.id}
                  field={field}
                  mayChange={mayChange}
                  onEdit={() => setEditing(field)}
                  onHide={() => hide(field)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </div>
      {mayChange && <HiddenFields object={object} />}
      <FormModal
        opened={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === 'new' ? t('fields.add') : t('fields.change')}
      >
        {editing && (
          <FieldForm
            object={object}
            field={editing === 'new' ? null : editing}
            onDone={() => setEditing(null)}
          />
        )}
      </FormModal>
    </>
  );
}

/** The fields of one record type. */
export function FieldsPage(): ReactElement {
  const { object: name } = useParams({ from: '/inside/settings/objects/$object' });
  const object = useCatalogue().object(name);
  if (!object) return <Missing />;
  return <Fields object={object} />;
}
