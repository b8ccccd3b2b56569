import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys, records, type Principles } from '@/api';
import { useFormat } from '@/ui';

const QUERY = { limit: 200 };

export interface Choice {
  value: string;
  label: string;
}

function useTitles(object: string, plural: string): Choice[] {
  const { data } = useQuery({
    queryKey: keys.list(object, QUERY),
    queryFn: ({ signal }) => records.list(plural, QUERY, signal),
  });
  return (data?.data ?? []).map(({ id, title }) => ({ value: String(id), label: title }));
}

/** Who can look after a group. */
export function usePeople(): { users: Choice[]; teams: Choice[] } {
  return { users: useTitles('user', 'users'), teams: useTitles('team', 'teams') };
}

/** A principle as people say it: "one contact in 30 days". */
export function usePrinciple(): (name: keyof Principles, value: string | number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const { users, teams } = usePeople();
  const named = (choices: Choice[], id: string | number): string =>
    choices.find(({ value }) => value === String(id))?.label ?? `#${id}`;
  return (name, value) => {
    if (name === 'owner') return named(users, value);
    if (name === 'team') return named(teams, value);
    if (name === 'max_discount') return format.percent(value, 2);
    if (name === 'contact_days') return t('policy.every', { days: format.number(value) });
    if (name === 'credit_days') return t('policy.days', { days: format.number(value) });
    return t(`policy.${name}.${value}`);
  };
}
