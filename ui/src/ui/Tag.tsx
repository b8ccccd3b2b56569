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

/** Teal is the colour of what is best, and that is our accent. */
const SHADES: Record<string, string> = { teal: 'petrol' };

/** A coloured word: an option of a choice, a class, a state. */
export function Tag({ color, children }: TagProps): ReactElement {
  const known = color && KNOWN.has(color) ? color : 'gray';
  const name = SHADES[known] ?? known;
  const shade = (level: number): string => `var(--mantine-color-${name}-${level})`;
  return (
    <span className={styles.tag} style={{ '--tag-1': shade(1), '--tag-2': shade(2), '--tag-9': shade(9) }}>
      <bdi>{children}</bdi>
    </span>
  );
}
