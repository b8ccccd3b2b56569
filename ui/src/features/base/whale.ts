import type { Whale, WhalePoint } from '@/api';
import { directed, type EChartsOption, type Format, type PlotContext } from '@/ui';

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

function axes(words: WhaleWords, whale: Whale, format: Format, { colour, rtl }: PlotContext): object {
  const line = { lineStyle: { color: colour('line') } };
  const money = (value: number): string =>
    format.money({ amount: String(value), currency: whale.currency }, { style: 'compact' });
  const shared = { axisLine: line, nameTextStyle: { color: colour('soft') }, nameLocation: 'middle' };
  return {
    xAxis: {
      ...shared,
      type: 'value',
      max: 100,
      inverse: rtl,
      name: directed(words.customers, rtl),
      nameGap: 28,
      splitLine: { show: false },
      axisLabel: { formatter: (value: number) => format.percent(value, 0), color: colour('soft') },
    },
    yAxis: {
      ...shared,
      type: 'value',
      position: rtl ? 'right' : 'left',
      name: directed(words.profit, rtl),
      nameGap: 56,
      splitLine: line,
      axisLabel: { formatter: money, color: colour('soft') },
    },
  };
}

/** Profit added up over the customers, best first: how high it rises, and how much of that the last ones take. */
export function whaleOption(
  whale: Whale,
  words: WhaleWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const { colour, rtl } = context;
  const total = {
    yAxis: Number(whale.total?.amount ?? 0),
    lineStyle: { color: colour('soft'), type: 'dashed', width: 1 },
    label: { formatter: directed(words.total, rtl), position: 'insideEndBottom', color: colour('soft') },
  };
  const at = (share: number): WhalePoint | undefined =>
    whale.points.find((point) => point.share_customers * 100 >= share - 1e-9);
  return {
    grid: { left: rtl ? 16 : 72, right: rtl ? 72 : 16, top: 16, bottom: 48 },
    ...axes(words, whale, format, context),
    tooltip: {
      trigger: 'axis',
      formatter: (shown: unknown) => {
        const first = Array.isArray(shown) ? (shown[0] as { value: Pair } | undefined) : undefined;
        const point = first && at(first.value[0]);
        return point ? words.point(point) : '';
      },
    },
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
