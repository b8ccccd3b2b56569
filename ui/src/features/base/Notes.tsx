import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './base.module.css';

/** What to bear in mind when reading the figures. */
export function Notes({ warnings }: { warnings: string[] }): ReactElement | null {
  const { t } = useTranslation();
  if (warnings.length === 0) return null;
  return (
    <details className={styles.notes}>
      <summary>{t('base.notes', { count: warnings.length })}</summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>
            <bdi>{warning}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}
