import { Menu, ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type Filter, type FieldSpec, type ObjectSpec, type Value } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import { added } from '../conditions';
import type { ListSearch } from '../search';
import { SumText } from './SumRow';
import styles from './list.module.css';

const GROUPABLE = new Set(['choice', 'boolean', 'user', 'relation']);

interface GroupMenuProps {
  object: ObjectSpec;
  group: string | undefined;
  onGroup: (group: string | undefined) => void;
}

export function GroupMenu({ object, group, onGroup }: GroupMenuProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  return (
    <Menu>
      <Menu.Target>
        <Tooltip label={t('list.group')}>
          <ActionIcon aria-label={t('list.group')} size={30}>
            <IconStack2 size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {object.fields
          .filter(({ type, name: field }) => GROUPABLE.has(type) || field === 'country')
          .map((field) => (
            <Menu.Item
              key={field.id}
              rightSection={group === field.name && <IconCheck size={14} />}
              onClick={() => onGroup(group === field.name ? undefined : field.name)}
            >
              {name(field)}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function conditionOf(field: FieldSpec, key: Value): Filter {
  if (key === null || key === undefined) return { field: field.name, op: 'empty' };
  return { field: field.name, op: 'eq', value: key as string | number | boolean };
}

interface GroupsProps {
  object: ObjectSpec;
  search: ListSearch;
  measure: FieldSpec | undefined;
  onFilter: (filter: Filter | undefined) => void;
}

/** How the rows divide over the values of one field; a click filters to one of them. */
export function Groups({ object, search, measure, onFilter }: GroupsProps): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const { filter, q, group } = search;
  const field = useCatalogue().field(object, group ?? '');
  const query = { filter, q, group, sum: measure?.name };
  const { data } = useQuery({
    queryKey: keys.summary(object.name, query),
    queryFn: ({ signal }) => records.summary(object.plural, query, signal),
    enabled: Boolean(field),
  });
  if (!field || !data) return null;
  const word = (key: Value, label: string | null): string => {
    if (key === null || key === undefined) return t('field.empty');
    if (typeof key === 'boolean') return key ? t('boolean.yes') : t('boolean.no');
    return read(field.options?.find(({ value }) => value === key)?.label) || (label ?? String(key));
  };
  return (
    <div className={styles.groups}>
      {data.groups.map(({ key, label, count, sum }) => (
        <button
          key={JSON.stringify(key)}
          type="button"
          className={styles.group}
          onClick={() => onFilter(added(filter, conditionOf(field, key)))}
        >
          <span>
            <bdi>{word(key, label)}</bdi> <span className="v-soft v-num">{format.number(count)}</span>
          </span>
          {measure && (
            <span className="v-small v-soft">
              <SumText sum={sum[measure.name]} />
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
