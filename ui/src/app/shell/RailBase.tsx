import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';

/** The pages that look at the customer base, below it. */
const PAGES: { to: LinkProps['to']; label: string }[] = [
  { to: '/key-customers', label: 'nav.keyCustomers' },
  { to: '/budget', label: 'nav.budget' },
  { to: '/methods', label: 'nav.methods' },
];

export function RailBase(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      {PAGES.map(({ to, label }) => (
        <Link key={label} to={to} className={`${styles.item} ${styles.below}`}>
          <span className="v-cut">{t(label)}</span>
        </Link>
      ))}
    </>
  );
}
