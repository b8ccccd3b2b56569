import { Button, Popover, ScrollArea, TextInput, UnstyledButton } from '@mantine/core';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition, FieldSpec, ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { firstOperator } from '../conditions';
import { FilterEditor } from './FilterEditor';
import pick from './pick.module.css';

interface FieldPickProps {
  fields: FieldSpec[];
  onPick: (field: FieldSpec) => void;
}

/** Finds a field by part of its name; entered facts first, derived ones under their own heading. */
function FieldPick({ fields, onPick }: FieldPickProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const [typed, setTyped] = useState('');
  const found = fields.filter((field) =>
    name(field).toLocaleLowerCase().includes(typed.trim().toLocaleLowerCase()),
  );
  const section = (title: string, items: FieldSpec[]): ReactElement | null =>
    items.length === 0 ? null : (
      <div role="group" aria-label={title}>
        <div className={pick.heading}>{title}</div>
        {items.map((field) => (
          <UnstyledButton key={field.id} className={pick.item} onClick={() => onPick(field)}>
            {name(field)}
          </UnstyledButton>
        ))}
      </div>
    );
  return (
    <>
      <TextInput
        data-autofocus
        aria-label={t('filter.field')}
        placeholder={t('filter.field')}
        leftSection={<IconSearch size={14} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && found[0] && onPick(found[0])}
      />
      <ScrollArea.Autosize mah={320} mt={8}>
        {section(
          t('field.entered'),
          found.filter(({ derived }) => !derived),
        )}
        {section(
          t('field.derived'),
          found.filter(({ derived }) => derived),
        )}
      </ScrollArea.Autosize>
    </>
  );
}

interface AddFilterProps {
  object: ObjectSpec;
  opened: boolean;
  onOpen: (opened: boolean) => void;
  onAdd: (condition: Condition) => void;
}

export function AddFilter({ object, opened, onOpen, onAdd }: AddFilterProps): ReactElement {
  const { t } = useTranslation();
  const [field, setField] = useState<FieldSpec | null>(null);
  const change = (next: boolean): void => {
    setField(null);
    onOpen(next);
  };
  const fields = object.fields.filter(({ operators }) => operators.length > 0);
  return (
    <Popover opened={opened} onChange={change} trapFocus position="bottom-start">
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter size={14} />}
          aria-expanded={opened}
          onClick={() => change(!opened)}
        >
          {t('filter.add')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {field ? (
          <FilterEditor
            field={field}
            start={{ field: field.name, op: firstOperator(field) }}
            onApply={(condition) => {
              change(false);
              onAdd(condition);
            }}
          />
        ) : (
          <FieldPick fields={fields} onPick={setField} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
