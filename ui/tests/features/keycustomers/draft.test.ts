import { describe, expect, it } from 'vitest';
import {
  againDraft,
  firstDraft,
  moved,
  namesIn,
  nextPeriod,
  roundOf,
  withMore,
} from '@/features/keycustomers/draft';
import type { WholeRound } from '@/api';

describe('the next period', () => {
  it('is as many months where whole months were meant, else as many days', () => {
    expect(nextPeriod('2026-01-01', '2026-12-31')).toEqual(['2027-01-01', '2027-12-31']);
    expect(nextPeriod('2025-10-01', '2025-12-31')).toEqual(['2026-01-01', '2026-03-31']);
    expect(nextPeriod('2026-01-01', '2026-01-31')).toEqual(['2026-02-01', '2026-02-28']);
    expect(nextPeriod('2026-01-05', '2026-01-11')).toEqual(['2026-01-12', '2026-01-18']);
  });

  it('keeps the people and the measure', () => {
    const round = {
      starts_on: '2026-01-01',
      ends_on: '2026-01-31',
      object: 'company',
      measure: 'margin',
      hide_amounts: true,
      participants: [{ user: { id: 4, title: 'Mia' } }],
    } as unknown as WholeRound;
    expect(againDraft(round, '2026-02-03')).toMatchObject({
      starts_on: '2026-02-01',
      seal_by: '2026-02-10',
      participants: [4],
      measure: 'margin',
      hide_amounts: true,
    });
  });
});

describe('a list before it is sealed', () => {
  const picks = [1, 2, 3].map((id) => ({ id, title: `C${id}`, note: '' }));

  it('takes nobody twice and moves one step at a time', () => {
    expect(
      withMore(picks, [
        { id: 3, title: 'C3' },
        { id: 4, title: 'C4' },
        { id: 4, title: 'C4' },
      ]),
    ).toHaveLength(4);
    expect(moved(picks, 2, -1).map(({ id }) => id)).toEqual([1, 3, 2]);
    expect(moved(picks, 0, -1)).toBe(picks);
  });

  it('reads a column of names', () => {
    expect(namesIn('Acme\n  Bob & Co ;\n\nAcme\tZed')).toEqual(['Acme', 'Bob & Co', 'Zed']);
  });
});

describe('a round', () => {
  it('is sent only whole', () => {
    const draft = firstDraft('2026-05-04', 1);
    expect(draft).toMatchObject({ starts_on: '2025-01-01', ends_on: '2025-12-31', seal_by: '2026-05-11' });
    expect(roundOf(draft)?.participants).toEqual([1]);
    expect(roundOf({ ...draft, participants: [] })).toBeNull();
    expect(roundOf({ ...draft, seal_by: null })).toBeNull();
  });
});
