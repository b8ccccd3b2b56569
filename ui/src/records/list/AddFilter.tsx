import { Button, Popover, ScrollArea, TextInput, UnstyledButton } from '@mantine/core';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, Filter, ObjectSpec, RelationSpec } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { firstOperator } from '../conditions';
import { FilterEditor } from './FilterEditor';
import { RelatedEditor } from './RelatedEditor';
import pick from './pick.module.css';

interface FieldPickProps {
  fields: FieldSpec[];
  relations: RelationSpec[];
  onPick: (field: FieldSpec) => void;
  onRelation: (relation: RelationSpec) => void;
}

function useRelationName(): (relation: RelationSpec) => string {
  const catalogue = useCatalogue();
  const read = useLabel();
  return (relation) => read(relation.label) || read(catalogue.object(relation.object)?.label_plural);
}

/** Finds a field by part of its name; entered facts first, derived ones under their own heading. */
function FieldPick({ fields, relations, onPick, onRelation }: FieldPickProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const called = useRelationName();
  const [typed, setTyped] = useState('');
  const holds = (label: string): boolean =>
    label.toLocaleLowerCase().includes(typed.trim().toLocaleLowerCase());
  const found = fields.filter((field) => holds(name(field)));
  const pointing = relations.filter((relation) => holds(called(relation)));
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
        {pointing.length > 0 && (
          <div role="group" aria-label={t('filter.aroundIt')}>
            <div className={pick.heading}>{t('filter.aroundIt')}</div>
            {pointing.map((relation) => (
              <UnstyledButton
                key={`${relation.object}.${relation.field}`}
                className={pick.item}
                onClick={() => onRelation(relation)}
              >
                {called(relation)}
              </UnstyledButton>
            ))}
          </div>
        )}
      </ScrollArea.Autosize>
    </>
  );
}

interface AddFilterProps {
  object: ObjectSpec;
  opened: boolean;
  onOpen: (opened: boolean) => void;
  onAdd: (filter: Filter) => void;
}

export function AddFilter({ object, opened, onOpen, onAdd }: AddFilterProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const [field, setField] = useState<FieldSpec | null>(null);
  const [relation, setRelation] = useState<RelationSpec | null>(null);
  const other = relation && catalogue.object(relation.object);
  const change = (next: boolean): void => {
    setField(null);
    setRelation(null);
    onOpen(next);
  };
  const add = (filter: Filter): void => {
    change(false);
    onAdd(filter);
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
        {field && (
          <FilterEditor field={field} start={{ field: field.name, op: firstOperator(field) }} onApply={add} />
        )}
        {relation && other && <RelatedEditor relation={relation} other={other} onApply={add} />}
        {!field && !relation && (
          <FieldPick
            fields={fields}
            relations={object.relations}
            onPick={setField}
            onRelation={setRelation}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
