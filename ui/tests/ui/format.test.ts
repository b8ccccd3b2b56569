import { describe, expect, it } from 'vitest';
import { initials, makeFormat } from '@/ui';

const bare = (text: string): string =>
  text.replace(/[\u2066\u2069\u200e\u200f\u061c]/g, '').replace(/\u00a0|\u202f/g, ' ');

describe('money', () => {
  it('is exact beyond what a float holds', () => {
    const format = makeFormat('en-GB');
    expect(bare(format.money({ amount: '9007199254740993.01', currency: 'GBP' }))).toBe(
      '£9,007,199,254,740,993.01',
    );
  });

  it('stands in parentheses when it is negative, in every language', () => {
    for (const locale of ['en-GB', 'ko-KR', 'zh-CN', 'ro-RO', 'he-IL']) {
      const text = bare(makeFormat(locale).money({ amount: '-12.50', currency: 'EUR' }));
      expect(text).toMatch(/^\(.*12[.,]50?.*\)$/);
      expect(text).not.toContain('-');
    }
  });

  it('follows the decimals of its currency', () => {
    const format = makeFormat('en-GB');
    expect(bare(format.money({ amount: '1200', currency: 'JPY' }))).toContain('1,200');
    expect(bare(format.money({ amount: '1200', currency: 'JPY' }))).not.toContain('.');
  });

  it('can be short', () => {
    expect(
      bare(makeFormat('en-GB').money({ amount: '8911407.90', currency: 'GBP' }, { style: 'compact' })),
    ).toBe('£8.9m');
  });
});

describe('percent', () => {
  it('takes percentages, share takes parts of one', () => {
    const format = makeFormat('en-GB');
    expect(format.percent('74.6')).toBe('74.6%');
    expect(format.share(0.746)).toBe('74.6%');
    expect(makeFormat('en-GB').share(-0.0002, 0)).toBe('0%');
  });
});

describe('relative', () => {
  const format = makeFormat('en-GB');
  const now = new Date('2026-11-22T12:00:00').getTime();

  it.each([
    ['2026-11-22', 'today'],
    ['2026-11-15', 'last week'],
    ['2025-11-20', 'last year'],
  ])('says %s as %s', (value, words) => expect(format.relative(value, now)).toBe(words));

  it('counts hours of a moment', () => {
    expect(format.relative(new Date(now - 3 * 3_600_000).toISOString(), now)).toBe('3 hours ago');
  });
});

describe('initials', () => {
  it.each([
    ['Ann Example', 'AE'],
    ['Acme', 'A'],
    ['김민수', '민수'],
    ['', '?'],
    ['Ștefan cel Mare', 'ȘM'],
  ])('of %s are %s', (name, letters) => expect(initials(name)).toBe(letters));
});
