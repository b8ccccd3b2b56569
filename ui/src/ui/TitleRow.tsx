import { useRef, type ReactElement, type ReactNode } from 'react';
import { PrintButton } from './PrintButton';
import { usePageTitle } from './usePageTitle';
import styles from './ui.module.css';

interface TitleRowProps {
  title: ReactNode;
  /** Directly after the title: count, view switch. */
  aside?: ReactNode;
  /** At the end of the row. */
  actions?: ReactNode;
  /** Worth having on paper; where a function, it fetches what is not on the page yet. */
  print?: boolean | (() => Promise<unknown>);
}

/** The one title row of a screen. */
export function TitleRow({ title, aside, actions, print }: TitleRowProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(() => heading.current?.textContent);
  return (
    <header className={styles.titleRow}>
      <h1 ref={heading}>{title}</h1>
      {aside}
      <span className={styles.spring} />
      {actions}
      {print && <PrintButton before={print === true ? undefined : print} />}
    </header>
  );
}
