import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '@/ui';

interface MomentProps {
  /** YYYY-MM-DD or RFC 3339. */
  value: string;
}

/** When, as people say it; the absolute on hover and for screen readers. */
export function Moment({ value }: MomentProps): ReactElement {
  const format = useFormat();
  const exact = value.length === 10 ? format.date(value) : format.dateTime(value);
  return (
    <Tooltip label={<bdi>{exact}</bdi>}>
      <time dateTime={value} aria-label={exact}>
        {format.relative(value)}
      </time>
    </Tooltip>
  );
}
