import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bar, CustomerObject } from '@/api';
import { useFormat } from '@/ui';
import styles from './base.module.css';
import { steps, type Step } from './steps';
import { useMeasureName } from './useMeasureName';

const TOTALS = ['gross', 'net_profit'];

interface FallingBarsProps {
  object: CustomerObject;
  bars: Bar[];
  label: string;
  opens: (bar: Bar) => boolean;
  onOpen: (bar: Bar) => void;
}

/** What a bar comes to; of one customer it may be unknown as a whole. */
function Amount({ bar }: { bar: Bar }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  if (bar.amount === null && Number(bar.known_amount.amount) === 0)
    return <span className="v-soft">{t('base.unknown')}</span>;
  return <>{format.money(bar.known_amount, { style: 'whole' })}</>;
}

function Row({ object, step, opens, onOpen }: Omit<FallingBarsProps, 'bars' | 'label'> & { step: Step }) {
  const { bar, start, width } = step;
  const name = useMeasureName(object)(bar.field);
  const total = TOTALS.includes(bar.bar);
  const background = total ? 'var(--v-accent)' : 'var(--v-loss)';
  return (
    <tr className={total ? styles.total : undefined}>
      <td>
        {opens(bar) ? (
          <Anchor
            component="button"
            type="button"
            ta="start"
            aria-haspopup="dialog"
            onClick={() => onOpen(bar)}
          >
            {name}
          </Anchor>
        ) : (
          name
        )}
      </td>
      <td className={styles.fall} aria-hidden onClick={opens(bar) ? () => onOpen(bar) : undefined}>
        <span style={{ insetInlineStart: `${start}%`, width: `${width}%`, background }} />
      </td>
      <td className={styles.end}>
        <Amount bar={bar} />
      </td>
    </tr>
  );
}

/** From sales to profit: each bar hangs where the one before it ended, and opens what it is made of. */
export function FallingBars({ object, bars, label, opens, onOpen }: FallingBarsProps): ReactElement {
  return (
    <table className={styles.rows} aria-label={label}>
      <tbody>
        {steps(bars).map((step) => (
          <Row key={step.bar.bar} object={object} step={step} opens={opens} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}
