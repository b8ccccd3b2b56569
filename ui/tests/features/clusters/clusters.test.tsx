import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Clusters } from '@/api';
import { readClustersSearch } from '@/features/clusters/search';
import { traits } from '@/features/clusters/words';
import { openPage } from '../../app/screen';

const found: Clusters = {
  object: 'company',
  as_of: '2026-01-01',
  by: 'buying',
  features: ['frequency', 'employees'],
  stability: 0.93,
  silhouette: 0.41,
  stable: true,
  needed: 0.8,
  notes: [],
  all: { customers: 100, medians: { frequency: 2, employees: 10 } },
  clusters: [
    {
      number: 1,
      filter: { field: 'cluster', op: 'eq', value: 1 },
      customers: 25,
      medians: { frequency: 8, employees: 11 },
    },
    {
      number: 2,
      filter: { field: 'cluster', op: 'eq', value: 2 },
      customers: 75,
      medians: { frequency: 2, employees: null },
    },
  ],
  currency: 'GBP',
};
const method = {
  key: 'clusters',
  settings: [{ name: 'clusters_fields', kind: 'fields', default: [], value: ['employees', 'gone_field'] }],
  runs: [],
  changes: [],
};
const job = { id: 5, kind: 'insight.refresh', state: 'done', progress: null, result: null, error: null };

describe('groups in the data', () => {
  it('are told by what is clearly other than usual, the clearest first', () => {
    const [first, second] = found.clusters;
    expect(first && traits(found, first)).toEqual([{ feature: 'frequency', ratio: 4, more: true }]);
    expect(second && traits(found, second)).toEqual([]);
    expect(readClustersSearch({ object: 'deal' })).toEqual({});
  });

  it('stand on the page in words, and open their customers', async () => {
    const params = { column: 'annual_revenue', rows: 20, currency: 'GBP' };
    const notes = [{ code: 'other_currency', params, words: 'In English.' }];
    const { calls } = await openPage('/base/clusters', {
      'GET /insight/clusters': () => ({ ...found, notes }),
      'GET /insight/methods/clusters': () => method,
      'PATCH /insight/methods/clusters': () => method,
      'POST /insight/methods/clusters/run': () => job,
      'GET /jobs/5': () => job,
    });
    expect(await screen.findByText(/^2 groups that come out again/)).toBeInTheDocument();
    const [first] = screen.getAllByRole('listitem').filter((item) => within(item).queryByText('Group 1'));
    expect(first).toHaveTextContent('4 × the usual');
    expect(screen.getByRole('link', { name: 'See 75 customers' })).toHaveAttribute(
      'href',
      expect.stringContaining('/companies?filter='),
    );
    expect(screen.getByText(/: 20 in another currency than GBP, taken as unknown\.$/)).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Work it out' }));
    const asked = (): unknown => calls.find(({ method: verb }) => verb !== 'GET')?.body;
    await waitFor(() => expect(asked()).toEqual({ settings: { clusters_fields: ['employees'] } }));
    await waitFor(() => expect(calls.some(({ path }) => path.endsWith('/run'))).toBe(true));
  });

  it('say in the language of the page why there are none', async () => {
    const notes = [{ code: 'too_few_rows', params: { rows: 12, needed: 50 }, words: 'In English.' }];
    await openPage('/base/clusters', {
      'GET /insight/clusters': () => ({ ...found, clusters: [], notes }),
      'GET /insight/methods/clusters': () => method,
    });
    expect(await screen.findByText('12 customers; at least 50 are needed.')).toBeInTheDocument();
  });
});
