import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Rates } from '@/api';
import { RatesPage } from '@/features/costing';
import { draftOf, rateOf } from '@/features/costing/draft';
import { serve, show } from '../../kit';

const rates: Rates = {
  version: 0,
  now: [],
  history: [],
  drivers: { call: ['hour', 'each'], delivery: ['each'], credit: ['per_cent_year'] },
};

describe('rates', () => {
  it('begin with one that holds for all of the past', async () => {
    const calls = serve({ 'GET /costing/rates': () => rates, 'PUT /costing/rates': () => rates });
    await show(<RatesPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Set the first rate' }));
    await userEvent.type(await screen.findByLabelText('Rate'), '15');
    const buttons = screen.getAllByRole('button', { name: /Set the rate|Set a rate/ });
    await userEvent.click(buttons.at(-1) as HTMLElement);
    expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({
      rates: [{ driver: 'delivery', unit: 'each', amount: '15', valid_from: '2000-01-01', minutes: null }],
    });
  });

  it('go on from today, and may end', () => {
    const rate = { driver: 'call', unit: 'hour', amount: '60', minutes: '10' } as Rates['now'][number];
    const draft = draftOf({ ...rates, now: [rate] }, 'call', '2026-05-01');
    expect(rateOf(draft)).toMatchObject({ amount: '60', minutes: '10', valid_from: '2026-05-01' });
    expect(rateOf({ ...draft, ends: true })).toMatchObject({ amount: null, minutes: null });
    expect(rateOf({ ...draft, amount: '' })).toBeNull();
  });
});
