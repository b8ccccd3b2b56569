import type { Pareto, ParetoPoint } from '@/api';
import { nearest } from './pareto';

/** The curve as an SVG path in a box; the running share may end a little above or below the box's top. */
export function rankPath(points: ParetoPoint[], width: number, height: number): string {
  const steps = points.map(
    ({ share_customers: x, share_value: y }) =>
      `L${(x * width).toFixed(1)} ${(height - y * height).toFixed(1)}`,
  );
  return [`M0 ${height}`, ...steps].join('');
}

/** Where a rank stands on the curve. */
export function rankPoint(pareto: Pareto, rank: number): { x: number; y: number } | undefined {
  if (!pareto.n) return undefined;
  const x = rank / pareto.n;
  const point = nearest(pareto.points, x * 100);
  return point && { x, y: point.share_value };
}
