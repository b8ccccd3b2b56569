import { Button, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue, useLabel } from '@/catalogue';
import { FormModal, ObjectIcon, Tag, TitleRow, useFormat } from '@/ui';
import { useMe } from '@/api';
import { ObjectForm } from './ObjectForm';
import styles from './settings.module.css';

/** Every record type of the workspace; an owner adds further ones. */
export function ObjectsPage(): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const format = useFormat();
  const { user } = useMe();
  const { objects } = useCatalogue();
  const [opened, { open, close }] = useDisclosure(false);
  const mayAdd = user.role === 'owner';
  return (
    <>
      <TitleRow
        title={t('settings.objects')}
        actions={
          mayAdd && (
            <Button leftSection={<IconPlus size={14} />} onClick={open}>
              {t('objects.add')}
            </Button>
          )
        }
      />
      <div className={styles.body}>
        <p className="v-soft" style={{ marginTop: 0 }}>
          {t('objects.help')}
        </p>
        <div className={styles.table}>
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('objects.name')}</Table.Th>
                <Table.Th ta="end">{t('objects.fields')}</Table.Th>
                <Table.Th>{t('objects.origin')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {objects.map((object) => (
                <Table.Tr key={object.name}>
                  <Table.Td>
                    <ObjectIcon name={object.icon} />{' '}
                    <Link to="/settings/objects/$object" params={{ object: object.name }}>
                      {read(object.label_plural)}
                    </Link>
                  </Table.Td>
                  <Table.Td ta="end" className="v-num">
                    {format.number(object.fields.length)}
                  </Table.Td>
                  <Table.Td>
                    <Tag color={object.origin === 'core' ? 'gray' : 'teal'}>
                      {object.origin === 'core' ? t('objects.builtIn') : t('objects.own')}
                    </Tag>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </div>
      <FormModal opened={opened} onClose={close} title={t('objects.add')}>
        <ObjectForm onDone={close} />
      </FormModal>
    </>
  );
}
