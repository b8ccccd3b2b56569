import type { MethodRun } from '@/api';
import {
  acrossWords,
  plotGrid,
  tipAt,
  upwards,
  type EChartsOption,
  type Format,
  type PlotContext,
} from '@/ui';

export type DriftKind = 'class' | 'total';

/** How far one field moved in one run: a share of customers, or of the total before. */
export interface DriftPoint {
  at: string;
  asOf: string;
  share: number;
  psi: number | null;
  before: number | null;
  after: number | null;
}

/** Above this an index of stability speaks of another population; below the first it is calm. */
export const CALM = 0.1;
export const OTHER = 0.25;

export function verdict(psi: number): 'calm' | 'moved' | 'other' {
  if (psi < CALM) return 'calm';
  return psi > OTHER ? 'other' : 'moved';
}

/** The fields of which a run before is known, in the order in which the method makes them. */
export function driftFields(runs: MethodRun[], outputs: string[]): string[] {
  return outputs.filter((name) => runs.some((run) => run.drift?.[name]));
}

export function kindOf(runs: MethodRun[], field: string): DriftKind {
  return runs.some((run) => run.drift?.[field]?.psi !== undefined) ? 'class' : 'total';
}

function pointOf(run: MethodRun, field: string): DriftPoint[] {
  const drift = run.drift?.[field];
  if (!drift || run.refused.length > 0) return [];
  const { changed, psi = null, before = null, after = null } = drift;
  const total = before && after !== null ? after / before - 1 : null;
  const share = changed ?? total;
  return share === null ? [] : [{ at: run.finished_at, asOf: run.as_of, share, psi, before, after }];
}

/** The oldest run first; only those of the kind of customer. */
export function driftPoints(runs: MethodRun[], object: string, field: string): DriftPoint[] {
  return runs
    .filter((run) => run.object === object)
    .flatMap((run) => pointOf(run, field))
    .sort((a, b) => a.at.localeCompare(b.at));
}

interface DriftWords {
  axis: string;
  point: (point: DriftPoint) => string;
}

export function driftOption(
  points: DriftPoint[],
  words: DriftWords,
  format: Format,
  context: PlotContext,
): EChartsOption {
  const days = points.map(({ asOf }) => format.date(asOf));
  const tell = (value: number): string => format.percent(value, 1);
  return {
    grid: plotGrid(64, context, 32),
    xAxis: acrossWords({ name: '', gap: 0 }, days, context),
    yAxis: upwards({ name: words.axis, gap: 48, tell }, context),
    tooltip: tipAt((index) => {
      const point = points[index];
      return point ? words.point(point) : '';
    }),
    series: [
      {
        type: 'bar',
        barMaxWidth: 32,
        data: points.map(({ share }) => share * 100),
        itemStyle: { color: context.colour('accent') },
      },
    ],
  };
}
