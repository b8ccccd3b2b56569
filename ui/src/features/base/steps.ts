import type { Bar } from '@/api';

export interface Step {
  bar: Bar;
  /** Both in per cent of the widest stretch. */
  start: number;
  width: number;
}

const TOTALS = new Set(['gross', 'net_profit']);

/** Each bar hangs where the one before it ended; totals stand on the ground. */
export function steps(bars: Bar[]): Step[] {
  let at = 0;
  const spans = bars.map((bar) => {
    const amount = Number(bar.known_amount.amount);
    const from = TOTALS.has(bar.bar) ? 0 : at;
    at = from + amount;
    return { bar, low: Math.min(from, at), high: Math.max(from, at) };
  });
  const least = Math.min(0, ...spans.map(({ low }) => low));
  const most = Math.max(0, ...spans.map(({ high }) => high));
  const scale = 100 / (most - least || 1);
  return spans.map(({ bar, low, high }) => ({
    bar,
    start: (low - least) * scale,
    width: (high - low) * scale,
  }));
}
