import { Skeleton, Table } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type ChangePreview, type ChangeSample, type ObjectSpec } from '@/api';
import { FieldValue } from '@/fields';
import { useFormat } from '@/ui';
import type { Mode } from './draft';
import styles from './changing.module.css';

interface AheadProps {
  object: ObjectSpec;
  mode: Mode;
  ahead: UseQueryResult<ChangePreview>;
  error: Error | null;
}

function Trouble({ error }: { error: Error }): ReactElement {
  const wrong = error instanceof ApiError ? error.fieldProblems : [];
  return (
    <div role="alert" className={styles.trouble}>
      <bdi>{error.message}</bdi>
      {wrong.map((one) => (
        <div key={one.field}>
          <bdi>{one.field}</bdi>: <bdi>{one.message}</bdi> <bdi className="v-soft">{one.remedy}</bdi>
        </div>
      ))}
    </div>
  );
}

/** How many fit, how many would change, and why the others would not. */
function Counts({ ahead, mode }: { ahead: ChangePreview; mode: Mode }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const same = ahead.may - ahead.changes;
  const line = (key: string, count: number): ReactElement => (
    <li key={key}>{t(key, { count, rows: format.number(count) })}</li>
  );
  return (
    <ul className={styles.counts} aria-live="polite">
      {line('changing.fits', ahead.fits)}
      {line(`changing.will.${mode}`, ahead.changes)}
      {same > 0 && line('changing.same', same)}
      {Object.entries(ahead.skipped).map(([reason, count]) => line(`changing.skipped.${reason}`, count))}
    </ul>
  );
}

function Sample({ object, sample }: { object: ObjectSpec; sample: ChangeSample }): ReactElement {
  const { t } = useTranslation();
  const fields = object.fields.filter(({ name }) => name in sample.fields);
  return (
    <Table.Tr>
      <Table.Td>
        <bdi>{sample.title}</bdi>
      </Table.Td>
      {fields.map((field) => {
        const [before, after] = sample.fields[field.name] ?? [null, null];
        return (
          <Table.Td key={field.id}>
            <span className={styles.pair}>
              <del>
                <FieldValue field={field} value={before} />
              </del>
              <span className="v-flip" aria-label={t('changing.becomes')} role="img">
                →
              </span>
              <ins>
                <FieldValue field={field} value={after} />
              </ins>
            </span>
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

/** What the change would do, before anything is done. */
export function Ahead({ object, mode, ahead, error }: AheadProps): ReactElement | null {
  const { t } = useTranslation();
  const problem = error ?? ahead.error;
  if (problem) return <Trouble error={problem} />;
  if (ahead.isLoading) return <Skeleton height={96} aria-label={t('changing.counting')} />;
  const { data } = ahead;
  if (!data) return null;
  return (
    <section aria-label={t('changing.ahead')} data-stale={ahead.isPlaceholderData} className={styles.ahead}>
      {data.refused.map((one) => (
        <div key={one.field} role="alert" className={styles.trouble}>
          <bdi>{one.message}</bdi> <bdi className="v-soft">{one.remedy}</bdi>
        </div>
      ))}
      <Counts ahead={data} mode={mode} />
      {data.samples.length > 0 && (
        <div className={styles.samples}>
          <Table verticalSpacing={4}>
            <Table.Caption className="v-small">{t('changing.samples')}</Table.Caption>
            <Table.Tbody>
              {data.samples.map((sample) => (
                <Sample key={sample.id} object={object} sample={sample} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </section>
  );
}
