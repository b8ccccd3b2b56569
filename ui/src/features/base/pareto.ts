import type { Pareto, ParetoPoint } from '@/api';
import {
  across,
  classColour,
  directed,
  plotGrid,
  tipAt,
  upwards,
  type EChartsOption,
  type Format,
  type PlotContext,
} from '@/ui';

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
      padding: [0, 0, 0, LETTER],
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

/** Room for the letter of a class below the words that stand upright. */
const LETTER = 20;

const SHARES = { min: 0, max: ({ max }: { max: number }) => Math.max(100, Math.ceil(max)) };

/** The running share of the value over the customers, best first, with the cuts and the test at a fifth. */
export function paretoOption(
  pareto: Pareto,
  words: ParetoWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const { colour } = context;
  const tell = (value: number): string => format.percent(value, 0);
  return {
    grid: plotGrid(56, context),
    xAxis: { ...across({ name: words.customers, gap: 28, tell }, context), ...SHARES },
    yAxis: { ...upwards({ name: words.value, gap: 40, tell }, context), ...SHARES },
    tooltip: tipAt(
      (index) => {
        const point = pareto.points[Math.max(0, index - 1)];
        return point ? words.point(point) : '';
      },
      { type: 'line', lineStyle: { color: colour('soft') } },
    ),
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
