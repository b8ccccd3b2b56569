import { Button, Group, Modal, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { FieldValue } from '@/fields';
import type { Conflict } from '../useWrites';

interface ConflictDialogProps {
  object: ObjectSpec;
  conflict: Conflict | null;
  onKeep: () => void;
  onOverwrite: (conflict: Conflict) => void;
}

/** Someone else was faster: both values side by side, and a choice. */
export function ConflictDialog({ object, conflict, onKeep, onOverwrite }: ConflictDialogProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const fields = useCatalogue().fieldsOf(object);
  return (
    <Modal opened={conflict !== null} onClose={onKeep} title={t('conflict.title')} size="lg">
      {conflict && (
        <>
          <p style={{ marginTop: 0 }}>{t('conflict.help')}</p>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('conflict.field')}</Table.Th>
                <Table.Th>{t('conflict.theirs')}</Table.Th>
                <Table.Th>{t('conflict.mine')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {Object.entries(conflict.wanted).map(([key, mine]) => {
                const field = fields.get(key);
                if (!field) return null;
                return (
                  <Table.Tr key={key}>
                    <Table.Td>{name(field)}</Table.Td>
                    <Table.Td>
                      <FieldValue field={field} value={conflict.current[key]} wrap />
                    </Table.Td>
                    <Table.Td>
                      <FieldValue field={field} value={mine} wrap />
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={onKeep}>
              {t('conflict.keep')}
            </Button>
            <Button onClick={() => onOverwrite(conflict)}>{t('conflict.overwrite')}</Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
