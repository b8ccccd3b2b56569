import { ActionIcon, Button, NumberInput, Select, Stack, Switch } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, views, type IdleRule, type RuleFound, type TrashRule } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import styles from './changing.module.css';

/** What colleagues did would lose its author. */
const KEPT = new Set(['user', 'team']);
const ALL = '*';
const AS_NOW = '=';

interface RulesProps<Rule> {
  rules: Rule[];
  found: RuleFound[];
  onChange: (rules: Rule[]) => void;
}

function useTypes(): { value: string; label: string }[] {
  const catalogue = useCatalogue();
  const read = useLabel();
  return catalogue.objects
    .filter(({ name }) => !KEPT.has(name))
    .map(({ name, label_plural }) => ({ value: name, label: read(label_plural) || name }));
}

function Now({ found, object }: { found: RuleFound | undefined; object: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  if (!found || found.object !== object) return <span className="v-faint v-small">…</span>;
  const titles = found.samples.map(({ title }) => title).join(', ');
  return (
    <span className="v-soft v-small" aria-live="polite">
      {found.count
        ? t('retention.now', { count: found.count, rows: format.number(found.count), titles })
        : t('retention.nothing')}
    </span>
  );
}

interface PartProps {
  title: string;
  help: string;
  onAdd: () => void;
  children: ReactNode;
}

function Part({ title, help, onAdd, children }: PartProps): ReactElement {
  const { t } = useTranslation();
  return (
    <section aria-label={title}>
      <h2 className={styles.heading}>{title}</h2>
      <p className="v-soft v-small">{help}</p>
      <Stack gap="sm">
        {children}
        <div>
          <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
            {t('retention.add')}
          </Button>
        </div>
      </Stack>
    </section>
  );
}

function Remove({ onRemove }: { onRemove: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={t('retention.remove')} onClick={onRemove}>
      <IconTrash size={16} />
    </ActionIcon>
  );
}

export function TrashRules({ rules, found, onChange }: RulesProps<TrashRule>): ReactElement {
  const { t } = useTranslation();
  const types = useTypes();
  const free = types.filter(({ value }) => rules.every((rule) => rule.object !== value));
  const put = (at: number, part: Partial<TrashRule>): void =>
    onChange(rules.map((rule, place) => (place === at ? { ...rule, ...part } : rule)));
  const first = free[0];
  return (
    <Part
      title={t('retention.trash')}
      help={t('retention.trashHelp')}
      onAdd={() => first && onChange([...rules, { object: first.value, days: 30 }])}
    >
      {rules.map((rule, at) => (
        <div key={rule.object} className={styles.rule}>
          <Select
            label={t('retention.object')}
            data={types.filter(
              ({ value }) => value === rule.object || free.some((one) => one.value === value),
            )}
            value={rule.object}
            allowDeselect={false}
            onChange={(object) => object && put(at, { object })}
          />
          <NumberInput
            label={t('retention.days')}
            min={1}
            max={3650}
            value={rule.days}
            onChange={(days) => typeof days === 'number' && put(at, { days })}
          />
          <Remove onRemove={() => onChange(rules.filter((_, place) => place !== at))} />
          <Now found={found[at]} object={rule.object} />
        </div>
      ))}
    </Part>
  );
}

function Which({ rule, onChange }: { rule: IdleRule; onChange: (rule: IdleRule) => void }): ReactElement {
  const { t } = useTranslation();
  const { data = [] } = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  const own = data.filter(({ object, query }) => object === rule.object && query.filter);
  const same = own.find(({ query }) => JSON.stringify(query.filter) === JSON.stringify(rule.filter));
  const other = rule.filter && !same ? [{ value: AS_NOW, label: t('retention.asNow') }] : [];
  const choose = (value: string | null): void => {
    if (value === AS_NOW || value === null) return;
    const { object, months, active } = rule;
    const filter = own.find(({ id }) => String(id) === value)?.query.filter;
    onChange({ object, months, active, ...(filter && { filter }) });
  };
  return (
    <Select
      label={t('retention.which')}
      data={[
        { value: ALL, label: t('retention.everything') },
        ...other,
        ...own.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      value={same ? String(same.id) : rule.filter ? AS_NOW : ALL}
      allowDeselect={false}
      onChange={choose}
    />
  );
}

export function IdleRules({ rules, found, onChange }: RulesProps<IdleRule>): ReactElement {
  const { t } = useTranslation();
  const types = useTypes();
  const set = (at: number, rule: IdleRule): void =>
    onChange(rules.map((now, place) => (place === at ? rule : now)));
  const first = types[0];
  return (
    <Part
      title={t('retention.idle')}
      help={t('retention.idleHelp')}
      onAdd={() => first && onChange([...rules, { object: first.value, months: 36, active: false }])}
    >
      {rules.map((rule, at) => (
        <div key={at} className={styles.rule}>
          <Select
            label={t('retention.object')}
            data={types}
            value={rule.object}
            allowDeselect={false}
            onChange={(object) => object && set(at, { object, months: rule.months, active: rule.active })}
          />
          <NumberInput
            label={t('retention.months')}
            min={1}
            max={600}
            value={rule.months}
            onChange={(months) => typeof months === 'number' && set(at, { ...rule, months })}
          />
          <Which rule={rule} onChange={(next) => set(at, next)} />
          <Switch
            label={t('retention.active')}
            checked={rule.active}
            onChange={(event) => set(at, { ...rule, active: event.currentTarget.checked })}
          />
          <Remove onRemove={() => onChange(rules.filter((_, place) => place !== at))} />
          <Now found={found[at]} object={rule.object} />
        </div>
      ))}
    </Part>
  );
}
