export const HEAT_LEVELS = 6;

/** A step of the scale for a share of the maximum: 0 is nothing, the rest grows evenly. */
export function heatLevel(share: number): number {
  if (!(share > 0)) return 0;
  return Math.min(HEAT_LEVELS, Math.max(1, Math.ceil(share * HEAT_LEVELS)));
}
