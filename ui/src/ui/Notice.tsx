import type { ReactElement, ReactNode } from 'react';
import styles from './ui.module.css';

/** A table to come, drawn in outline. */
export function TablePicture(): ReactElement {
  const rows = [0, 1, 2, 3];
  return (
    <svg
      className={styles.picture}
      viewBox="0 0 240 120"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <rect x="1" y="1" width="238" height="118" rx="8" />
      {rows.map((row) => (
        <g key={row} transform={`translate(0 ${12 + row * 28})`}>
          <circle cx="20" cy="10" r="7" fill="currentColor" stroke="none" opacity="0.5" />
          <rect
            x="36"
            y="6"
            width={70 - row * 8}
            height="8"
            rx="4"
            fill="currentColor"
            stroke="none"
            opacity="0.6"
          />
          <rect x="130" y="6" width="40" height="8" rx="4" fill="currentColor" stroke="none" opacity="0.35" />
          <rect x="190" y="6" width="34" height="8" rx="4" fill="currentColor" stroke="none" opacity="0.35" />
        </g>
      ))}
    </svg>
  );
}

interface NoticeProps {
  title: string;
  children?: ReactNode;
  picture?: ReactNode;
  action?: ReactNode;
  /** `alert` is read out at once. */
  role?: 'status' | 'alert';
}

/** One sentence, one picture, one button: for what is empty and for what went wrong. */
export function Notice({ title, children, picture, action, role = 'status' }: NoticeProps): ReactElement {
  return (
    <div className={styles.notice} role={role}>
      {picture}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
