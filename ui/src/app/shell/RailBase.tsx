import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { BASE_PAGES } from './basePages';
import styles from './shell.module.css';

export function RailBase(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      {BASE_PAGES.map(({ to, label }) => (
        <Link key={label} to={to} className={`${styles.item} ${styles.below}`}>
          <span className="v-cut">{t(label)}</span>
        </Link>
      ))}
    </>
  );
}
