import type { Bin, Distribution } from '@/api';
import { directed, type EChartsOption, type Format, type PlotContext } from '@/ui';

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
  { colour, rtl }: PlotContext,
): EChartsOption {
  const middle = binOf(bins, median);
  const axis = { axisLine: { lineStyle: { color: colour('line') } }, axisTick: { show: false } };
  return {
    grid: { left: rtl ? 12 : 52, right: rtl ? 52 : 12, top: 16, bottom: 48 },
    xAxis: {
      type: 'category',
      inverse: rtl,
      data: bins.map(({ from }) => words.edge(from)),
      name: directed(words.measure, rtl),
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: { color: colour('soft') },
      axisLabel: { color: colour('soft'), hideOverlap: true },
      ...axis,
    },
    yAxis: {
      type: 'value',
      position: rtl ? 'right' : 'left',
      name: directed(words.customers, rtl),
      nameLocation: 'middle',
      nameGap: 38,
      minInterval: 1,
      nameTextStyle: { color: colour('soft') },
      axisLabel: { formatter: (value: number) => format.number(value), color: colour('soft') },
      splitLine: { lineStyle: { color: colour('line') } },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (shown: unknown) => {
        const first = Array.isArray(shown) ? (shown[0] as { dataIndex: number } | undefined) : undefined;
        const bin = first && bins[first.dataIndex];
        return bin ? words.bin(bin) : '';
      },
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '12%',
        data: bins.map(({ count }, index) => ({
          value: count,
          itemStyle: {
            color: colour('accent'),
            opacity: index === middle ? 1 : 0.45,
            borderRadius: [2, 2, 0, 0],
          },
        })),
      },
    ],
  };
}
