import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Pivot } from '@/api';
import { inSentence, useLabel } from '@/catalogue';
import { BlindNotice } from '@/records';
import { Notice, useFormat } from '@/ui';
import type { Change, PartProps } from './PivotTools';
import styles from './pivot.module.css';
import { largest } from './shades';

/** The table in one sentence: how many, by what, and where most of them are. */
export function Said({
  object,
  asked,
  words,
  pivot,
}: Omit<PartProps, 'search' | 'change'> & { pivot: Pivot }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const by = [...asked.rows, ...asked.columns].map((axis) => inSentence(words.axis(axis)));
  const objects = inSentence(read(object.label_plural));
  const most = by.length > 0 ? largest(pivot, 0) : null;
  const [figure] = asked.figures;
  const column = most && pivot.columns[most.column];
  const place = most && [
    ...words.head(asked.rows, most.row),
    ...(column ? words.head(asked.columns, column) : []),
  ];
  return (
    <p className={styles.answer} aria-live="polite">
      {t(by.length > 0 ? 'pivot.said' : 'pivot.saidAll', {
        count: pivot.count,
        number: format.number(pivot.count),
        objects,
        by: new Intl.ListFormat(format.locale).format(by),
      })}{' '}
      {place &&
        figure &&
        most &&
        t('pivot.saidMost', {
          place: place.join(' · '),
          figure: words.figure(figure),
          value: words.value(figure, most.value),
        })}
    </p>
  );
}

/** Why there is no table, and what helps. */
export function Refused({
  error,
  columns,
  change,
  onRetry,
}: {
  error: unknown;
  columns: string;
  change: Change;
  onRetry: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const field = error instanceof ApiError ? error.problem.currency_of : undefined;
  if (!field) return <BlindNotice error={error} onRetry={onRetry} />;
  const split = [columns, `${field}.currency`].filter(Boolean).join(',');
  return (
    <Notice
      role="alert"
      title={t('pivot.mixed')}
      action={<Button onClick={() => change({ columns: split })}>{t('pivot.split')}</Button>}
    >
      <bdi>{error instanceof Error ? error.message : ''}</bdi>
    </Notice>
  );
}
