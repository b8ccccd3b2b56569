import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFormat } from '@/ui';

interface MomentProps {
  /** YYYY-MM-DD or RFC 3339. */
  value: string;
}

const YEAR = 365 * 86_400_000;

/** When, as people say it: near dates relative, dates beyond a year as they are; the other on hover. */
export function Moment({ value }: MomentProps): ReactElement {
  const format = useFormat();
  const day = value.length === 10;
  const exact = day ? format.date(value) : format.dateTime(value);
  const relative = format.relative(value);
  const far = Math.abs(new Date(value).getTime() - Date.now()) > YEAR;
  return (
    <Tooltip label={<bdi>{far ? relative : exact}</bdi>}>
      <time dateTime={value} aria-label={exact}>
        {far ? format.date(value.slice(0, 10)) : relative}
      </time>
    </Tooltip>
  );
}
