import { ActionIcon, Checkbox, Popover, ScrollArea, Stack, Tooltip } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { columnsParameter } from '../columns';
import pick from './pick.module.css';

interface ColumnChooserProps {
  object: ObjectSpec;
  shown: FieldSpec[];
  onChange: (columns: string | undefined) => void;
}

/** Which fields stand in the table; a new one joins at the end. */
export function ColumnChooser({ object, shown, onChange }: ColumnChooserProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const names = shown.map((field) => field.name);
  const offered = object.fields.filter((field) => !object.title.includes(field.name));
  const toggle = (field: string): void =>
    onChange(
      columnsParameter(
        object,
        names.includes(field) ? names.filter((item) => item !== field) : [...names, field],
      ),
    );
  const section = (title: string, fields: FieldSpec[]): ReactElement | null =>
    fields.length === 0 ? null : (
      <Stack gap={6} role="group" aria-label={title}>
        <div className={pick.heading}>{title}</div>
        {fields.map((field) => (
          <Checkbox
            key={field.id}
            label={name(field)}
            checked={names.includes(field.name)}
            onChange={() => toggle(field.name)}
          />
        ))}
      </Stack>
    );
  return (
    <Popover trapFocus position="bottom-end">
      <Popover.Target>
        <Tooltip label={t('list.columns')}>
          <ActionIcon aria-label={t('list.columns')} size={30}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <ScrollArea.Autosize mah={400} w={240}>
          {section(
            t('field.entered'),
            offered.filter(({ derived }) => !derived),
          )}
          {section(
            t('field.derived'),
            offered.filter(({ derived }) => derived),
          )}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
