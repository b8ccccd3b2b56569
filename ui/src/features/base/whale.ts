import type { Whale, WhalePoint } from '@/api';
import {
  across,
  directed,
  plotGrid,
  tipAt,
  upwards,
  type EChartsOption,
  type Format,
  type PlotContext,
} from '@/ui';

/** The words on the curve, already in the language of the page. */
export interface WhaleWords {
  customers: string;
  profit: string;
  top: string;
  total: string;
  point: (point: WhalePoint) => string;
}

type Pair = [number, number];

/** The curve from nothing on: per cent of the customers, profit added up. */
export function whaleCurve(whale: Pick<Whale, 'points'>): Pair[] {
  return [[0, 0], ...whale.points.map((p): Pair => [p.share_customers * 100, Number(p.profit)])];
}

function marks(whale: Whale, words: WhaleWords, { colour, rtl }: PlotContext): object[] {
  const { top } = whale;
  if (!top) return [];
  return [
    {
      coord: [(top.rank / whale.n) * 100, Number(top.profit.amount)],
      symbol: 'circle',
      symbolSize: 10,
      itemStyle: { color: colour('gain'), borderColor: colour('background'), borderWidth: 2 },
      label: {
        show: true,
        formatter: directed(words.top, rtl),
        position: 'bottom',
        color: colour('text'),
        fontWeight: 600,
        distance: 10,
      },
    },
  ];
}

/** Profit added up over the customers, best first: how high it rises, and how much of that the last ones take. */
export function whaleOption(
  whale: Whale,
  words: WhaleWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const { colour, rtl } = context;
  const { top } = whale;
  const topAtEnd = top !== null && top !== undefined && top.rank > 0.75 * whale.n;
  const total = {
    yAxis: Number(whale.total?.amount ?? 0),
    lineStyle: { color: colour('soft'), type: 'dashed', width: 1 },
    label: {
      formatter: directed(words.total, rtl),
      position: topAtEnd ? 'insideStartBottom' : 'insideEndBottom',
      color: colour('soft'),
    },
  };
  const share = (value: number): string => format.percent(value, 0);
  const money = (value: number): string =>
    format.money({ amount: String(value), currency: whale.currency }, { style: 'compact' });
  return {
    grid: plotGrid(72, context),
    xAxis: { ...across({ name: words.customers, gap: 28, tell: share }, context), max: 100 },
    yAxis: upwards({ name: words.profit, gap: 56, tell: money }, context),
    tooltip: tipAt((index) => {
      const point = whale.points[Math.max(0, index - 1)];
      return point ? words.point(point) : '';
    }),
    series: [
      {
        type: 'line',
        data: whaleCurve(whale),
        symbol: 'none',
        lineStyle: { color: colour('accent'), width: 2.5 },
        areaStyle: { color: colour('accent'), opacity: 0.06 },
        markLine: { silent: true, symbol: 'none', data: [total] as never },
        markPoint: { silent: true, data: marks(whale, words, context) as never },
      },
    ],
  };
}
