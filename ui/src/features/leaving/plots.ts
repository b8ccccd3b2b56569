import type { CalibrationBin, SurvivalPoint } from '@/api';
import { across, plotGrid, tipAt, upwards, type EChartsOption, type Format, type PlotContext } from '@/ui';

type Pair = [number, number];

export interface AxisWords {
  x: string;
  y: string;
  point: (index: number) => string;
}

/** Foreseen against came, for each tenth: on the line the model means what it says. */
export function calibrationOption(
  bins: CalibrationBin[],
  words: AxisWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const { colour } = context;
  const tell = (value: number): string => format.percent(value, 0);
  const most = Math.max(...bins.flatMap(({ foreseen, came }) => [foreseen, came])) * 100;
  const top = Math.min(100, Math.ceil(most / 10) * 10);
  return {
    grid: plotGrid(64, context),
    xAxis: { ...across({ name: words.x, gap: 28, tell }, context), min: 0, max: top },
    yAxis: { ...upwards({ name: words.y, gap: 44, tell }, context), min: 0, max: top },
    tooltip: {
      trigger: 'item',
      formatter: (at: unknown) => words.point((at as { dataIndex: number }).dataIndex),
    },
    series: [
      {
        type: 'line',
        silent: true,
        symbol: 'none',
        data: [
          [0, 0],
          [top, top],
        ],
        lineStyle: { color: colour('soft'), type: 'dashed', width: 1 },
        tooltip: { show: false },
      },
      {
        type: 'line',
        data: bins.map(({ foreseen, came }): Pair => [foreseen * 100, came * 100]),
        symbol: 'circle',
        symbolSize: 9,
        lineStyle: { color: colour('accent'), width: 2 },
        itemStyle: { color: colour('accent') },
      },
    ],
  } as EChartsOption;
}

/** The share still there by time, in steps, with what is certain to 95 %. */
export function survivalOption(
  points: SurvivalPoint[],
  words: AxisWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const { colour } = context;
  const tell = (value: number): string => format.percent(value, 0);
  const line = (of: (point: SurvivalPoint) => number): Pair[] => [
    [0, 100],
    ...points.map((point): Pair => [point.time, of(point) * 100]),
  ];
  const bound = { type: 'line', step: 'end', symbol: 'none', silent: true, tooltip: { show: false } };
  const thin = { color: colour('accent'), width: 1, type: 'dotted' };
  return {
    grid: plotGrid(64, context),
    xAxis: across({ name: words.x, gap: 28 }, context),
    yAxis: { ...upwards({ name: words.y, gap: 44, tell }, context), min: 0, max: 100 },
    tooltip: tipAt((index) => (index > 0 ? words.point(index - 1) : '')),
    series: [
      {
        type: 'line',
        step: 'end',
        symbol: 'none',
        data: line(({ survival }) => survival),
        lineStyle: { color: colour('accent'), width: 2.5 },
      },
      { ...bound, data: line(({ lower }) => lower), lineStyle: thin },
      { ...bound, data: line(({ upper }) => upper), lineStyle: thin },
    ],
  } as EChartsOption;
}

/** By how much, on average, what came missed what was foreseen; as a share. */
export function miss(bins: CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.foreseen - bin.came), 0) / (rows || 1);
}

/** The share still there after a time: that of the last step up to it. */
export function thereAfter(points: SurvivalPoint[], time: number): number {
  return points.filter((point) => point.time <= time).at(-1)?.survival ?? 1;
}
