import type { ReactElement } from 'react';
import styles from './actions.module.css';
import { scaleOf } from './scale';

interface IntervalPictureProps {
  value: number;
  lower: number;
  upper: number;
  /** The whole as one sentence. */
  label: string;
  /** Where it begins and ends. */
  between: string;
}

/** A value with its interval, and where nothing changed. */
export function IntervalPicture({ value, lower, upper, label, between }: IntervalPictureProps): ReactElement {
  const at = scaleOf([lower, upper]);
  const side = lower > 0 ? 'gain' : upper < 0 ? 'loss' : 'open';
  return (
    <figure className={styles.interval} data-side={side}>
      <div className={styles.track} role="img" aria-label={label}>
        <span className={styles.zero} style={{ insetInlineStart: `${at(0)}%` }} />
        <span
          className={styles.range}
          style={{ insetInlineStart: `${at(lower)}%`, width: `${at(upper) - at(lower)}%` }}
        />
        <span className={styles.point} style={{ insetInlineStart: `${at(value)}%` }} />
      </div>
      <figcaption>{between}</figcaption>
    </figure>
  );
}
