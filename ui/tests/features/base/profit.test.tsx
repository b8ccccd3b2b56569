import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Bar, Whale } from '@/api';
import { steps } from '@/features/base/steps';
import { whaleCurve, whaleOption } from '@/features/base/whale';
import { WaterfallQuestion } from '@/features/base/WaterfallQuestion';
import { WhaleQuestion } from '@/features/base/WhaleQuestion';
import { makeFormat } from '@/ui';
import { problem, serve, show } from '../../kit';

const money = (amount: string) => ({ amount, currency: 'GBP' });
const none = { count: 0, filter: { field: 'net_profit', op: 'empty' as const } };

function bar(name: string, amount: string): Bar {
  const known = money(amount);
  return { bar: name, field: name, amount: known, known_amount: known, unknown: none };
}

const BARS = [bar('gross', '100'), bar('goods', '-60'), bar('service', '-60'), bar('net_profit', '-20')];

const whale: Whale = {
  as_of: '2026-01-01',
  currency: 'GBP',
  n: 4,
  total: money('60'),
  unknown: { ...none, count: 3 },
  points: [
    { rank: 1, share_customers: 0.25, profit: '80', share_profit: 1.333 },
    { rank: 2, share_customers: 0.5, profit: '100', share_profit: 1.667 },
    { rank: 4, share_customers: 1, profit: '60', share_profit: 1 },
  ],
  top: { rank: 2, profit: money('100'), share_profit: 1.667 },
  parts: [
    { part: 'best_20', count: 1, profit: money('80'), share_profit: 1.333 },
    { part: 'worst_10', count: 1, profit: money('-30'), share_profit: -0.5 },
  ],
};

describe('the way from sales to profit', () => {
  it('hangs each bar where the one before ended, below nothing too', () => {
    const spans = steps(BARS).map(({ start, width }) => [Math.round(start), Math.round(width)]);
    expect(spans).toEqual([
      [17, 83],
      [50, 50],
      [0, 50],
      [0, 17],
    ]);
  });

  it('names what is not costed, and opens those who are dear to serve', async () => {
    serve({
      'POST /insight/waterfall': () => ({
        as_of: null,
        currency: 'GBP',
        customers: { count: 4, filter: none.filter },
        not_costed: ['credit'],
        bars: BARS,
      }),
      'GET /insight/dear': () => ({
        count: 2,
        filter: { field: 'dear_to_serve', op: 'eq', value: true },
        cost_to_serve: money('50'),
        net_profit: null,
        mean_of_a: money('20'),
      }),
    });
    await show(<WaterfallQuestion object="company" />);
    const link = await screen.findByRole('link', { name: '2 B customers cost as much as an A.' });
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('dear_to_serve');
    expect(screen.getByText(/not costed: /)).toBeInTheDocument();
    expect(screen.getByText(/\(£20\)/)).toBeInTheDocument();
  });
});

describe('the whale curve', () => {
  it('begins at nothing and marks its top', () => {
    expect(whaleCurve(whale)[0]).toEqual([0, 0]);
    const words = { customers: '', profit: '', top: 'Top', total: '', point: () => '' };
    const context = { colour: (meaning: string) => meaning, rtl: false };
    const option = whaleOption(whale, words, makeFormat('en-GB'), context) as {
      series: { markPoint: { data: { coord: number[] }[] } }[];
    };
    expect(option.series[0]?.markPoint.data[0]?.coord).toEqual([50, 100]);
  });

  it('says in money what the others take away, and who is left out', async () => {
    serve({ 'GET /insight/whale': () => whale });
    await show(<WhaleQuestion object="company" />);
    expect(await screen.findByText(/Yes: 2 customers take .£40. away again\./)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: '3 customers whose profit is not known' })).toBeInTheDocument();
    expect(screen.getByText(/\(£30\)/)).toBeInTheDocument();
  });

  it('stays away where no profit is known', async () => {
    serve({ 'GET /insight/whale': () => ({ ...whale, n: 0, points: [], parts: [], top: null }) });
    await show(<WhaleQuestion object="company" />);
    await expect.poll(() => screen.queryByRole('heading')).toBeNull();
  });
});

describe('profit that is not for the reader', () => {
  const hidden = 'Your role does not show Net profit of companies.';
  const refused = () => problem(403, 'Not allowed', { detail: hidden });

  it('is told as such on the curve and on the way to it', async () => {
    serve({
      'GET /insight/whale': refused,
      'POST /insight/waterfall': refused,
      'GET /insight/dear': refused,
    });
    await show(
      <>
        <WhaleQuestion object="company" />
        <WaterfallQuestion object="company" />
      </>,
    );
    await waitFor(() => expect(screen.getAllByText(hidden)).toHaveLength(2));
  });
});
