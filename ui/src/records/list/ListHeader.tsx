import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Suspense, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ObjectSpec, RecordPageAnswer } from '@/api';
import { inSentence, useLabel } from '@/catalogue';
import { TitleRow, useFormat } from '@/ui';
import type { ListSearch } from '../search';
import { counted } from '../counted';
import { useRecordSlots } from '../slots';
import { ColumnChooser } from './ColumnChooser';
import { GroupMenu } from './Groups';
import { ViewMenu } from './ViewMenu';

interface ListHeaderProps {
  object: ObjectSpec;
  search: ListSearch;
  setSearch: (change: Partial<ListSearch>, replace?: boolean) => void;
  fields: FieldSpec[];
  count: RecordPageAnswer['count'];
  onCreate: () => void;
  /** Fetches what a list on paper has. */
  onPrint: () => Promise<void>;
}

export function ListHeader({
  object,
  search,
  setSearch,
  fields,
  count,
  onCreate,
  onPrint,
}: ListHeaderProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const format = useFormat();
  const { listTools = [] } = useRecordSlots();
  const create = t('palette.create', { object: inSentence(read(object.label)) });
  return (
    <TitleRow
      print={onPrint}
      title={search.trash ? t('trash.of', { objects: read(object.label_plural) }) : read(object.label_plural)}
      aside={
        <span className="v-soft v-num" aria-live="polite">
          <bdi>{counted(count, format)}</bdi>
        </span>
      }
      actions={
        <>
          <ViewMenu object={object} search={search} onView={(view) => setSearch({ view }, true)} />
          <GroupMenu object={object} group={search.group} onGroup={(group) => setSearch({ group })} />
          <ColumnChooser
            object={object}
            shown={fields}
            onChange={(columns) => setSearch({ columns }, true)}
          />
          {listTools.map(({ key, component: Tool }) => (
            <Suspense key={key} fallback={null}>
              <Tool object={object} search={search} fields={fields} />
            </Suspense>
          ))}
          <Tooltip label={search.trash ? t('trash.leave') : t('trash.show')}>
            <ActionIcon
              size={30}
              aria-label={search.trash ? t('trash.leave') : t('trash.show')}
              aria-pressed={Boolean(search.trash)}
              variant={search.trash ? 'filled' : 'subtle'}
              onClick={() => setSearch({ trash: search.trash ? undefined : true, open: undefined })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
          {object.can.create && (
            <Button leftSection={<IconPlus size={14} />} onClick={onCreate} aria-label={create}>
              <span className="v-wide">{create}</span>
            </Button>
          )}
        </>
      }
    />
  );
}
