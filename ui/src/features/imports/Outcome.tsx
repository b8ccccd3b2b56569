import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { toldOfValue, type ImportCounts, type ImportProblem, type Outcomes } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import styles from './imports.module.css';

const OUTCOMES: (keyof Outcomes)[] = ['created', 'updated', 'unchanged', 'invalid'];

/** For each kind of record, how many had which outcome; of a check, how many will have. */
export function Counts({ counts, dry }: { counts: ImportCounts; dry: boolean }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useLabel();
  const catalogue = useCatalogue();
  const tense = dry ? 'will' : 'did';
  return (
    <>
      <p className={styles.verdict}>
        {t(counts.invalid ? 'imports.rowsSome' : 'imports.rowsAll', {
          count: counts.invalid,
          rows: format.number(counts.rows),
          good: format.number(counts.rows - counts.invalid),
          bad: format.number(counts.invalid),
        })}
      </p>
      <div className={styles.counts}>
        <table className={styles.rows}>
          <thead>
            <tr>
              <th />
              {OUTCOMES.map((outcome) => (
                <th key={outcome} className={styles.end}>
                  {t(`imports.${tense}.${outcome}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(counts.objects).map(([name, found]) => (
              <tr key={name}>
                <td>{read(catalogue.object(name)?.label_plural) || name}</td>
                {OUTCOMES.map((outcome) => (
                  <td key={outcome} className={`${styles.end} ${found[outcome] ? '' : 'v-faint'}`}>
                    {format.number(found[outcome])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The first rows that cannot go in, each with what is wrong and what to do. */
export function Problems({ errors, total }: { errors: ImportProblem[]; total: number }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (errors.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{t('imports.badRows', { count: total, bad: format.number(total) })}</h3>
      <div className={styles.problems}>
        <table className={styles.rows}>
          <thead>
            <tr>
              <th className={styles.end}>{t('imports.row')}</th>
              <th>{t('imports.column')}</th>
              <th>{t('imports.cell')}</th>
              <th>{t('imports.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {errors.map(toldOfValue).map((error, index) => (
              <tr key={index}>
                <td className={styles.end}>{format.number(error.row)}</td>
                <td>
                  <bdi>{error.column}</bdi>
                </td>
                <td>
                  <bdi>{error.value || '–'}</bdi>
                </td>
                <td>
                  <bdi>{error.message}</bdi> <bdi className="v-soft">{error.remedy}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
