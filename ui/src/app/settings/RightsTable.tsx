import { MultiSelect, NativeSelect, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action, FieldSpec, Reach, Rule } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { ANY } from './rules';
import styles from './settings.module.css';

const ACTIONS: Action[] = ['read', 'create', 'update', 'delete'];
const REACHES: Reach[] = ['none', 'own', 'team', 'all'];

interface RowProps {
  label: string;
  rule: Rule;
  /** None for the rule that underlies all types. */
  fields: FieldSpec[];
  onChange: (part: Partial<Rule>) => void;
}

function Row({ label, rule, fields, onChange }: RowProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const choices = [
    { value: '', label: t('rights.standard') },
    ...REACHES.map((value) => ({ value, label: t(`rights.${value}`) })),
  ];
  const named = (what: string): string => t('rights.cell', { action: t(`rights.${what}`), type: label });
  return (
    <Table.Tr>
      <Table.Th scope="row">{label}</Table.Th>
      {ACTIONS.map((action) => (
        <Table.Td key={action} miw={112}>
          <NativeSelect
            aria-label={named(action)}
            value={rule[action] ?? ''}
            data={choices}
            onChange={({ currentTarget: { value } }) =>
              onChange({ [action]: value === '' ? undefined : (value as Reach) })
            }
          />
        </Table.Td>
      ))}
      <Table.Td miw={200}>
        {fields.length > 0 && (
          <MultiSelect
            aria-label={named('hidden')}
            value={rule.hidden ?? []}
            data={fields.map((field) => ({ value: field.name, label: read(field.label) }))}
            searchable
            onChange={(hidden) => onChange({ hidden })}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

interface RightsTableProps {
  rules: Record<string, Rule>;
  onChange: (type: string, part: Partial<Rule>) => void;
}

/** What one role may do with each type. */
export function RightsTable({ rules, onChange }: RightsTableProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const { objects } = useCatalogue();
  const rows = [
    { name: ANY, label: t('rights.all_types'), fields: [] },
    ...objects.map(({ name, label_plural, fields }) => ({ name, label: read(label_plural), fields })),
  ];
  return (
    <div className={styles.table}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('rights.type')}</Table.Th>
            {ACTIONS.map((action) => (
              <Table.Th key={action}>{t(`rights.${action}`)}</Table.Th>
            ))}
            <Table.Th>{t('rights.hidden')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, label, fields }) => (
            <Row
              key={name}
              label={label}
              fields={fields}
              rule={rules[name] ?? {}}
              onChange={(part) => onChange(name, part)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
