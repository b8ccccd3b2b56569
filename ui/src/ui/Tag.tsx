import type { ReactElement, ReactNode } from 'react';
import styles from './ui.module.css';

/** Colour names of the catalogue; anything else is grey. */
const KNOWN = new Set([
  'teal',
  'cyan',
  'blue',
  'indigo',
  'violet',
  'pink',
  'red',
  'orange',
  'yellow',
  'lime',
  'green',
  'gray',
]);

interface TagProps {
  color?: string | null;
  children: ReactNode;
}

/** A coloured word: an option of a choice, a class, a state. */
export function Tag({ color, children }: TagProps): ReactElement {
  const name = color && KNOWN.has(color) ? color : 'gray';
  return (
    <span
      className={styles.tag}
      style={{
        '--tag': `var(--mantine-color-${name}-light)`,
        '--tag-text': `var(--mantine-color-${name}-light-color)`,
      }}
    >
      <bdi>{children}</bdi>
    </span>
  );
}
