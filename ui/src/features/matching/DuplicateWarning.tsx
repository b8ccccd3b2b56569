import { Alert } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, matching, type Draft, type LikenessReason } from '@/api';
import { inSentence, useFieldLabel } from '@/catalogue';
import type { DraftSlotProps } from '@/records';
import styles from './matching.module.css';

const WAIT = 350;

/** Records that may mean the same as what is being typed, each with a link in a new tab, so that nothing typed is lost. */
export function DuplicateWarning({ object, draft }: DraftSlotProps): ReactElement | null {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const texts = Object.entries(draft).filter(([, value]) => typeof value === 'string' && value);
  const [typed] = useDebouncedValue(JSON.stringify(Object.fromEntries(texts)), WAIT);
  const asked = JSON.parse(typed) as Draft;
  const something = Object.keys(asked).length > 0;
  const { data } = useQuery({
    queryKey: keys.duplicates(object.plural, asked),
    queryFn: ({ signal }) => matching.duplicates(object.plural, asked, signal),
    enabled: something,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const why = ({ code, field }: LikenessReason): string => {
    const found = object.fields.find((item) => item.name === field);
    return t(`matching.why.${code}`, { field: found ? inSentence(name(found)) : '' });
  };
  if (!something || !data || data.data.length === 0) return null;
  return (
    <Alert color="yellow" title={t('matching.title')} role="status">
      <ul className={styles.list}>
        {data.data.map(({ id, title, reasons }) => (
          <li key={id} className={styles.row}>
            <Link to="/$plural/$id" params={{ plural: object.plural, id }} target="_blank">
              <bdi>{title}</bdi>
            </Link>
            <span className="v-soft v-small">{reasons.map(why).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
