import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { keys } from '@/api';
import { Classes } from '@/features/base/Classes';
import { Figures } from '@/features/base/Figures';
import { ParetoQuestion } from '@/features/base/ParetoQuestion';
import { RankPicture } from '@/features/base/RankPicture';
import { RfmQuestion } from '@/features/base/RfmQuestion';
import { Segments } from '@/features/base/Segments';
import { ValuePanel } from '@/features/base/ValuePanel';
import { catalogue, newClient, objectOf, problem, serve, show } from '../../kit';
import { base, pareto, rfm } from './fixtures';

describe('the figures', () => {
  it('say what is not known instead of guessing', async () => {
    await show(<Figures base={base} />);
    expect(await screen.findByText('Unknown: no costs yet')).toBeVisible();
    expect(screen.getByText('3 invoices, 12 lines')).toBeVisible();
    expect(screen.getByText('75% of customers')).toBeVisible();
  });

  it('leave out what has no customer for who sees a part of the customers', async () => {
    await show(<Figures base={{ ...base, unassigned: null, reconciliation: [] }} />);
    expect(await screen.findByText('75% of customers')).toBeVisible();
    expect(screen.queryByText('Sales without a customer')).toBeNull();
  });
});

describe('the classes', () => {
  it('open their customers, and put 80/20 to the test', async () => {
    serve({ 'GET /insight/pareto': () => pareto });
    await show(<Classes object="company" measure="revenue_net" base={base} />);
    const link = await screen.findByRole('link', { name: '1' });
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toContain('"value":"A"');
    expect(await screen.findByText(/The best 20% \(1 customers\) hold 60% of net revenue/)).toBeVisible();
    expect(screen.getByText(/spread wider than the 80\/20 rule/)).toBeVisible();
  });
});

describe('the curve', () => {
  it('names who crosses the line, and shows the table behind it', async () => {
    serve({ 'GET /insight/pareto': () => pareto });
    const onTable = vi.fn();
    const props = { object: 'company', measure: 'revenue_net', base, onTable } as const;
    await show(<ParetoQuestion {...props} asTable />);
    expect(await screen.findByRole('link', { name: 'Acme' })).toHaveAttribute('href', '/companies/7');
    const rows = within(screen.getByRole('table')).getAllByRole('link');
    expect(decodeURIComponent(rows[1]?.getAttribute('href') ?? '')).toContain(
      '"field":"abc_rank","op":"le","value":2',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Show the plot' }));
    expect(onTable).toHaveBeenCalledWith(false);
  });
});

describe('the RFM grid', () => {
  it('is a table whose cells open exactly their customers', async () => {
    serve({ 'GET /insight/rfm': () => rfm });
    await show(<RfmQuestion object="company" base={base} by="count" onBy={() => undefined} />);
    const grid = await screen.findByRole('table', { name: 'Who bought lately and often?' });
    const cells = within(grid).getAllByRole('link');
    expect(cells).toHaveLength(2);
    expect(cells[0]).toHaveTextContent('9 customers');
    expect(decodeURIComponent(cells[0]?.getAttribute('href') ?? '')).toContain('r_score');
  });

  it('stands beside its segments in words', async () => {
    serve({ 'GET /insight/rfm': () => rfm });
    await show(<Segments object="company" />);
    expect(await screen.findByRole('link', { name: 'Champions' })).toBeVisible();
  });

  it('does not wait for segments that are not for the reader', async () => {
    serve({ 'GET /insight/rfm': () => problem(403, 'Not allowed') });
    await show(<Segments object="company" />);
    await waitFor(() => expect(screen.queryByText('Which groups need what?')).toBeNull());
  });
});

describe('the value of one customer', () => {
  it('has a place on the curve only for who sees the whole curve', async () => {
    serve({ 'GET /insight/pareto': () => ({ ...pareto, whole: false }) });
    const props = { object: 'company', measure: 'revenue_net', rank: 48, valueClass: 'C' } as const;
    const { container } = await show(<RankPicture {...props} />);
    expect(await screen.findByText('Number 48 by net revenue')).toBeVisible();
    expect(container.querySelector('circle')).toBeNull();
  });

  it('tells each fact with its reason and method', async () => {
    serve({
      'GET /insight/pareto': () => pareto,
      'GET /insight/value/company/7': () => ({
        as_of: '2011-12-10',
        facts: [
          { field: 'abc_rank', value: 2, method: 'abc', version: '1', reason: null },
          {
            field: 'abc_class',
            value: 'A',
            method: 'abc',
            version: '1',
            reason: {
              code: 'within_cut',
              params: { measure: 'revenue_net', rank: 2, share: '60', cut: 80, crosser: 'out' },
            },
          },
          {
            field: 'margin',
            value: null,
            method: 'value',
            version: '1',
            reason: { code: 'cost_unknown', params: {} },
          },
          {
            field: 'revenue_net',
            value: { amount: '70', currency: 'GBP' },
            method: 'key_index',
            version: '1',
            reason: {
              code: 'ranks_weighted',
              params: { index: '91.5', weights: { revenue_net: 4, frequency: 2 }, cuts: [70, 90] },
            },
          },
          {
            field: 'expected_value',
            value: { amount: '80', currency: 'GBP' },
            method: 'lifetime',
            version: '2',
            reason: null,
            interval: { low: { amount: '60', currency: 'GBP' }, high: { amount: '95', currency: 'GBP' } },
          },
        ],
      }),
      'POST /insight/waterfall': () => ({
        as_of: '2011-12-10',
        currency: 'GBP',
        customers: { count: 1, filter: { field: 'id', op: 'eq', value: 7 } },
        not_costed: [],
        bars: [
          {
            bar: 'returns',
            field: 'return_cost',
            amount: { amount: '-5', currency: 'GBP' },
            known_amount: { amount: '-5', currency: 'GBP' },
            unknown: { count: 0, filter: { field: 'return_cost', op: 'empty' } },
          },
        ],
      }),
      'GET /insight/waterfall/rows': () => ({
        bar: 'returns',
        as_of: '2011-12-10',
        amount: { amount: '5', currency: 'GBP' },
        sum: { amount: '5', currency: 'GBP' },
        changed: false,
        rows: 1,
        unknown: 0,
        hidden: { rows: 0, sum: { amount: '0', currency: 'GBP' } },
        data: [
          {
            object: 'invoice',
            id: 3,
            title: 'C17',
            day: '2011-12-01',
            amount: { amount: '5', currency: 'GBP' },
            driver: 'return',
            unit: 'each',
            rate: 5,
            quantity: 1,
          },
        ],
      }),
    });
    await show(<ValuePanel object="company" id={7} />);
    expect(await screen.findByText('The cost of what was sold is not known.')).toBeVisible();
    expect(screen.getByText(/cut stands at/)).toBeVisible();
    expect(screen.getByText(/by net revenue × 4, purchases × 2: together 91.5 of 100/)).toBeVisible();
    expect(screen.getByText(/Between .£60\.00. and .£95\.00.\./)).toBeVisible();
    expect(screen.getByRole('link', { name: 'BG/NBD, Gamma-Gamma' })).toHaveAttribute(
      'href',
      '/methods/lifetime',
    );
    expect(screen.getByText('As of 10 Dec 2011')).toBeVisible();
    expect(await screen.findByText(/\(£5\)/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'return_cost' }));
    expect(await screen.findByText(/exactly what the bar takes off/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'C17' })).toHaveAttribute('href', '/invoices/3');
    expect(await screen.findByText(/Number 2 of 4 by net revenue/)).toBeVisible();
  });

  it('says that it is hidden, who decides that, and what brings it back in a round', async () => {
    const blind = newClient();
    const fields = objectOf('company').fields.filter(({ derived }) => !derived);
    const company = { ...objectOf('company'), fields };
    const objects = catalogue.objects.map((each) => (each.name === 'company' ? company : each));
    blind.setQueryData(keys.catalogue, { ...catalogue, objects });
    const rounds: unknown[] = [];
    serve({
      'GET /insight/value/company/7': () => ({ as_of: null, facts: [] }),
      'GET /key-customers/rounds': () => ({ data: rounds }),
    });
    const { unmount } = await show(<ValuePanel object="company" id={7} />, blind);
    expect(await screen.findByText(/An owner decides that under Settings, Roles/)).toBeVisible();
    expect(screen.queryByRole('link', { name: 'Customer base' })).toBeNull();
    unmount();
    rounds.push({ id: 4, state: 'open' });
    await blind.invalidateQueries({ queryKey: keys.rounds });
    await show(<ValuePanel object="company" id={7} />, blind);
    expect(await screen.findByRole('link', { name: 'Make and seal your list' })).toBeVisible();
  });

  it('leads to the base where nothing is known yet', async () => {
    serve({ 'GET /insight/value/person/3': () => ({ as_of: null, facts: [] }) });
    await show(<ValuePanel object="person" id={3} />);
    expect(await screen.findByRole('link', { name: 'Customer base' })).toHaveAttribute('href', '/base');
  });
});
