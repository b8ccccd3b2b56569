import type { Pareto, ParetoPoint } from '@/api';
import { classColour, directed, type EChartsOption, type Format, type PlotContext } from '@/ui';

/** The words on the curve, already in the language of the page. */
export interface ParetoWords {
  customers: string;
  value: string;
  equal: string;
  top20: string;
  cut: (name: string) => string;
  point: (point: ParetoPoint) => string;
  crossing: string;
}

/** The point of the curve nearest to a share of the customers (0 to 100). */
export function nearest(points: ParetoPoint[], percent: number): ParetoPoint | undefined {
  let best: ParetoPoint | undefined;
  for (const point of points) {
    const gap = Math.abs(point.share_customers * 100 - percent);
    if (!best || gap < Math.abs(best.share_customers * 100 - percent)) best = point;
  }
  return best;
}

/** Some points of the curve that make a readable table: about every twentieth part, and the cuts. */
export function tablePoints(pareto: Pareto): ParetoPoint[] {
  const cuts = new Set(pareto.cuts.map(({ rank }) => rank));
  const steps = new Set(
    Array.from({ length: 20 }, (_, i) => nearest(pareto.points, (i + 1) * 5)?.rank).filter(Boolean),
  );
  return pareto.points.filter(({ rank }) => steps.has(rank) || cuts.has(rank));
}

type Pair = [number, number];

export function curve(points: ParetoPoint[]): Pair[] {
  return [[0, 0], ...points.map((p): Pair => [p.share_customers * 100, p.share_value * 100])];
}

function bands(pareto: Pareto, { colour }: PlotContext): object[][] {
  const ends = [...pareto.cuts.map(({ share_customers: end }) => end * 100), 100];
  return ends.map((end, index) => {
    const name = pareto.cuts[index]?.class ?? 'C';
    const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
    const area = { xAxis: start, itemStyle: { color: colour(classColour(name)), opacity: 0.08 } };
    const label = { show: end - start > 4, formatter: name, color: colour('soft'), position: 'insideBottom' };
    return [{ ...area, name, label }, { xAxis: end }];
  });
}

function lines(pareto: Pareto, words: ParetoWords, { colour, rtl }: PlotContext): object[] {
  const cuts = pareto.cuts.map(({ class: name, cut, share_value: share }, index) => ({
    yAxis: cut ?? share * 100,
    lineStyle: { color: colour(classColour(name)), type: 'solid', width: 1 },
    label: {
      formatter: words.cut(name),
      position: `${rtl ? 'insideStart' : 'insideEnd'}${index === 0 ? 'Top' : 'Bottom'}`,
      color: colour(classColour(name)),
    },
  }));
  const top = {
    xAxis: 20,
    lineStyle: { color: colour('soft'), type: 'dashed', width: 1 },
    label: {
      formatter: directed(words.top20, rtl),
      position: 'insideStartTop',
      rotate: 90,
      color: colour('soft'),
    },
  };
  return [...cuts, top];
}

function marks(pareto: Pareto, words: ParetoWords, { colour, rtl }: PlotContext): object[] {
  return pareto.cuts.map(({ class: name, share_customers: x, share_value: y }, index) => ({
    coord: [x * 100, y * 100],
    symbol: 'circle',
    symbolSize: index === 0 ? 10 : 7,
    itemStyle: { color: colour(classColour(name)), borderColor: colour('background'), borderWidth: 2 },
    label: {
      show: index === 0,
      formatter: directed(words.crossing, rtl),
      position: x > 0.5 !== rtl ? 'left' : 'right',
      offset: [0, x > 0.5 ? -12 : 14],
      color: colour('text'),
      fontWeight: 600,
      distance: 8,
    },
  }));
}

const percentAxis = (name: string, format: Format, { colour, rtl }: PlotContext): object => ({
  type: 'value',
  min: 0,
  max: ({ max }: { max: number }) => Math.max(100, Math.ceil(max)),
  name: directed(name, rtl),
  nameLocation: 'middle',
  axisLabel: { formatter: (value: number) => format.percent(value, 0), color: colour('soft') },
  splitLine: { lineStyle: { color: colour('line') } },
  axisLine: { lineStyle: { color: colour('line') } },
  nameTextStyle: { color: colour('soft') },
});

/** The running share of the value over the customers, best first, with the cuts and the test at a fifth. */
export function paretoOption(
  pareto: Pareto,
  words: ParetoWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const { colour, rtl } = context;
  return {
    grid: { left: rtl ? 16 : 56, right: rtl ? 56 : 16, top: 16, bottom: 48 },
    xAxis: {
      ...percentAxis(words.customers, format, context),
      nameGap: 28,
      inverse: rtl,
      splitLine: { show: false },
    },
    yAxis: { ...percentAxis(words.value, format, context), nameGap: 40, position: rtl ? 'right' : 'left' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: colour('soft') } },
      formatter: (shown: unknown) => {
        const first = Array.isArray(shown) ? (shown[0] as { value: Pair } | undefined) : undefined;
        const point = first && nearest(pareto.points, first.value[0]);
        return point ? words.point(point) : '';
      },
    },
    series: [
      {
        type: 'line',
        data: curve(pareto.points),
        symbol: 'none',
        lineStyle: { color: colour('accent'), width: 2.5 },
        markArea: { silent: true, data: bands(pareto, context) as never },
        markLine: { silent: true, symbol: 'none', data: lines(pareto, words, context) as never },
        markPoint: { silent: true, data: marks(pareto, words, context) as never },
        z: 3,
      },
      {
        type: 'line',
        name: words.equal,
        silent: true,
        tooltip: { show: false },
        data: [
          [0, 0],
          [100, 100],
        ],
        symbol: 'none',
        lineStyle: { color: colour('line'), type: 'dotted', width: 1.5 },
      },
    ],
  };
}
