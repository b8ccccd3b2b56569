import type { ReactElement } from 'react';
import type { DisplayProps } from '../kit';

/** Only web addresses become links; anything else would run in the reader's name. */
function addressOf(value: string): string {
  return /^https?:\/\//i.test(value) ? value : `https://${value}`;
}

export function Display({ value }: DisplayProps<string>): ReactElement {
  return (
    <a
      href={addressOf(value)}
      dir="ltr"
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => event.stopPropagation()}
    >
      <bdi>{value.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}</bdi>
    </a>
  );
}
