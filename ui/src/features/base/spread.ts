import type { Bin, Distribution } from '@/api';
import {
  acrossWords,
  plotGrid,
  tipAt,
  upwards,
  type EChartsOption,
  type Format,
  type PlotContext,
} from '@/ui';

export interface SpreadWords {
  customers: string;
  measure: string;
  bin: (bin: Bin) => string;
  edge: (value: string) => string;
}

/** Where among the bins a value falls. */
export function binOf(bins: Bin[], value: string | null): number {
  if (value === null) return -1;
  const number = Number(value);
  return bins.findIndex(({ from, to }) => number >= Number(from) && number < Number(to));
}

/** Whether the bins widen, as they do where a few customers are far above the rest. */
export function isWidening(bins: Bin[]): boolean {
  const widths = bins.map(({ from, to }) => Number(to) - Number(from));
  return widths.length > 1 && Math.max(...widths) > 1.5 * Math.min(...widths);
}

/** How many customers lie in each bin; the bin of the median stands out. */
export function spreadOption(
  { bins, median }: Distribution,
  words: SpreadWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const middle = binOf(bins, median);
  const edges = bins.map(({ from }) => words.edge(from));
  return {
    grid: plotGrid(52, context),
    xAxis: acrossWords({ name: words.measure, gap: 28 }, edges, context),
    yAxis: {
      ...upwards({ name: words.customers, gap: 38, tell: (value) => format.number(value) }, context),
      minInterval: 1,
    },
    tooltip: tipAt(
      (index) => {
        const bin = bins[index];
        return bin ? words.bin(bin) : '';
      },
      { type: 'shadow' },
    ),
    series: [
      {
        type: 'bar',
        barCategoryGap: '12%',
        data: bins.map(({ count }, index) => ({
          value: count,
          itemStyle: {
            color: context.colour('accent'),
            opacity: index === middle ? 1 : 0.45,
            borderRadius: [2, 2, 0, 0],
          },
        })),
      },
    ],
  };
}
