import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Baskets, Migration, MovedCell, NextOffers } from '@/api';
import { BasketQuestion } from '@/features/base/BasketQuestion';
import { MigrationQuestion } from '@/features/base/MigrationQuestion';
import { movesOf, sideOf } from '@/features/base/moves';
import { OffersQuestion } from '@/features/base/OffersQuestion';
import { readBaseSearch } from '@/features/base/search';
import { serve, show } from '../../kit';

const money = (amount: string) => ({ amount, currency: 'GBP' });

function cell(before: string | null, after: string | null, count: number, amount: string): MovedCell {
  const was = { field: 'abc_class', on: '2026-01-01', op: 'eq' as const, value: before ?? '' };
  return { before, after, count, value: money(amount), filter: { and: [was] } };
}

const migration: Migration = {
  field: 'abc_class',
  from: '2026-01-01',
  to: '2026-02-01',
  days: ['2026-02-01', '2026-01-01'],
  classes: ['A', 'B', 'C'],
  cells: [
    cell('A', 'A', 9, '900'),
    cell('A', 'B', 41, '500'),
    cell('C', 'B', 2, '20'),
    cell(null, 'B', 7, '70'),
  ],
};

const none = { ...migration, from: null, to: null, days: ['2026-02-01'], classes: [], cells: [] };

function moves(answer: Migration) {
  const calls = serve({
    'GET /insight/migration': () => answer,
    'POST /insight/migration/earlier': () => ({ id: 5, kind: 'insight.look_back', state: 'queued' }),
    'GET /jobs/5': () => ({ id: 5, kind: 'insight.look_back', state: 'queued' }),
  });
  return {
    calls,
    shown: show(
      <MigrationQuestion object="company" measure="revenue_net" search={{}} setSearch={() => null} />,
    ),
  };
}

describe('moves between classes', () => {
  it('tells the dearest fall and rise, and none of those that came', () => {
    expect(movesOf(migration).map(({ kind, cell: { count } }) => [kind, count])).toEqual([
      ['fell', 41],
      ['rose', 2],
    ]);
    expect(movesOf({ ...migration, field: 'rfm_segment' }).map(({ kind }) => kind)).toEqual(['moved']);
    expect([sideOf(migration, 'before'), sideOf(migration, 'after')]).toEqual([
      ['A', 'C', null],
      ['A', 'B'],
    ]);
  });

  it('says it in words, and each cell opens those who moved', async () => {
    await moves(migration).shown;
    expect(await screen.findByText(/^41 A customers became B, worth .£500.\./)).toBeInTheDocument();
    const link = screen.getByRole('link', { name: /41 customers \(82% of the row\) went from A to B/ });
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('"on":"2026-01-01"');
  });

  it('offers to work out earlier months where only one day is known', async () => {
    const { calls, shown } = moves(none);
    await shown;
    expect(await screen.findByText(/Classes are known of one day so far/)).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Work out 12 earlier months' }));
    expect(await screen.findByText('Working out the classes of earlier months')).toBeInTheDocument();
    expect(calls.find(({ method }) => method === 'POST')?.body).toEqual({ months: 12 });
  });

  it('keeps its days in the address', () => {
    expect(readBaseSearch({ moved: 'rfm_segment', movedFrom: '2026-01-01', movedTo: 'soon' })).toEqual({
      moved: 'rfm_segment',
      movedFrom: '2026-01-01',
    });
  });
});

describe('offers', () => {
  const offers: NextOffers = {
    as_of: '2026-02-01',
    currency: 'GBP',
    customers: 3,
    value: money('30'),
    filter: { field: 'next_product', op: 'not_empty' },
    value_of: 'margin',
    days: 90,
    quality: [
      { method: 'ease', at: 10, hit: 0.5, customers: 9 },
      { method: 'popularity', at: 10, hit: 0.3, customers: 9 },
    ],
    notes: [],
    products: [
      {
        product: 'Tea',
        count: 3,
        chance: 0.4,
        value: money('30'),
        filter: { field: 'next_product', op: 'eq', value: 'Tea' },
      },
    ],
  };
  const baskets: Baskets = {
    as_of: '2026-02-01',
    hidden: false,
    baskets: 200,
    notes: [],
    rules: [
      {
        given: [{ id: 1, title: 'Tea' }],
        then: { id: 2, title: 'Pot' },
        baskets: 20,
        support: 0.1,
        confidence: 0.75,
        lift: 3,
        filter: { field: 'name', op: 'not_empty' },
      },
    ],
  };

  it('names the dearest one, opens its customers, and says how it was tested', async () => {
    serve({ 'GET /insight/next-offers': () => offers });
    await show(<OffersQuestion object="company" />);
    expect(await screen.findByText(/Begin with Tea for 3 customers/)).toBeInTheDocument();
    expect(screen.getByText(/came true for 50% of customers, .* for 30%/)).toBeInTheDocument();
    const link = screen.getByRole('link', { name: '3' });
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('next_product');
  });

  it('leads to the method where there is nothing to offer', async () => {
    serve({ 'GET /insight/next-offers': () => ({ ...offers, products: [] }) });
    await show(<OffersQuestion object="company" />);
    const link = await screen.findByRole('link', { name: 'About this method' });
    expect(link.getAttribute('href')).toBe('/methods/next_offer');
  });

  it('says what is bought together, or who is told', async () => {
    serve({ 'GET /insight/basket': () => baskets });
    const { unmount } = await show(<BasketQuestion object="company" />);
    expect(
      await screen.findByText(/Who buys Tea also buys Pot in 75% of cases: 3 times/),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Whom to offer' })).toBeInTheDocument();
    unmount();
    const cut = { code: 'items_cut', params: { items: 2000, all: 3000 }, words: '' };
    serve({ 'GET /insight/basket': () => ({ ...baskets, hidden: true, rules: [], notes: [cut] }) });
    await show(<BasketQuestion object="company" />);
    expect(await screen.findByText(/only who may see every customer/)).toBeInTheDocument();
    expect(screen.getByText(/Only the 2,000 most bought of 3,000 products/)).toBeInTheDocument();
  });
});
