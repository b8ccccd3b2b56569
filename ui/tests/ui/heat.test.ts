import { describe, expect, it } from 'vitest';
import { HEAT_LEVELS, heatLevel } from '@/ui/plot/heat';

describe('the scale of a heat map', () => {
  it('has nothing for nothing, and the strongest for all', () => {
    expect(heatLevel(0)).toBe(0);
    expect(heatLevel(-1)).toBe(0);
    expect(heatLevel(Number.NaN)).toBe(0);
    expect(heatLevel(0.0001)).toBe(1);
    expect(heatLevel(1)).toBe(HEAT_LEVELS);
    expect(heatLevel(7)).toBe(HEAT_LEVELS);
  });
});
