import type { Response } from '@/api';

/** What one customer brings at a spend, above what the curve begins with. Undefined where there is no curve. */
export function brought(response: Response, spend: number): number | undefined {
  const { kind, c = 0, k = 0, worth = 1, slopes = [], widths = [], start = 0 } = response;
  if (kind === 'exponential') return worth * c * -Math.expm1(-k * spend);
  if (kind !== 'concave') return undefined;
  let left = spend - start;
  return slopes.reduce((sum, slope, at) => {
    const width = widths[at] ?? 0;
    const part = slope * Math.min(Math.max(left, 0), width);
    left -= width;
    return sum + part;
  }, 0);
}

export interface Picture {
  /** The curve as an SVG path. */
  path: string;
  points: { x: number; y: number }[];
  at: (spend: number) => { x: number; y: number };
  /** Where the axes end. */
  most: number;
  high: number;
}

const STEPS = 40;

/** The curve with its points in a box; the spends given are in the picture too. */
export function pictureOf(
  response: Response,
  spends: number[],
  width: number,
  height: number,
): Picture | undefined {
  if (brought(response, 0) === undefined) return undefined;
  const most = Math.max(...spends, ...response.points.map(({ spend }) => spend), 1e-9);
  const value = (spend: number): number => brought(response, spend) ?? 0;
  const values = [value(0), value(most), ...response.points.map(({ outcome }) => outcome)];
  const high = Math.max(...values);
  const low = Math.min(0, ...values);
  const place = (spend: number, outcome: number): { x: number; y: number } => ({
    x: (spend / most) * width,
    y: height - ((outcome - low) / (high - low || 1)) * height,
  });
  const line = Array.from({ length: STEPS + 1 }, (_, step) => (most * step) / STEPS).map((spend) => {
    const { x, y } = place(spend, value(spend));
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return {
    path: `M${line.join('L')}`,
    points: response.points.map(({ spend, outcome }) => place(spend, outcome)),
    at: (spend) => place(spend, value(spend)),
    most,
    high,
  };
}
