import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ActionResult, MeasuredAction } from '@/api';
import { ActionTool } from '@/features/actions';
import { Decide } from '@/features/actions/Decide';
import { wantedOf, START } from '@/features/actions/draft';
import { ResultCards } from '@/features/actions/ResultCards';
import { scaleOf } from '@/features/actions/scale';
import { objectOf, serve, show } from '../../kit';

const action = {
  id: 5,
  name: 'Spring',
  group: { id: 3, title: 'Lapsed' },
  object: 'company',
  cost: '1',
  currency: 'GBP',
  success: { kind: 'purchase', days: 30 },
  decided: null,
} as unknown as MeasuredAction;

const group = { drawn: 100, rows: 100, successes: 30, rate: 0.3, revenue: '5000' };
const result: ActionResult = {
  as_of: '2026-01-31',
  final: true,
  currency: 'GBP',
  treated: group,
  control: { ...group, successes: 10, rate: 0.1, revenue: '1000' },
  partial: false,
  sample_ratio: { p: 0.9, planned: 0.5, holds: true },
  uplift: { difference: 0.2, lower: 0.09, upper: 0.3, p: 0.001 },
  revenue: { amount: '4000', lower: '2500', upper: '5500' },
  profit: null,
  certain: true,
  notes: [],
};

async function open(view?: number): Promise<void> {
  await show(<ActionTool object={objectOf('company')} search={view ? { view } : {}} fields={[]} />);
  await userEvent.click(screen.getByRole('button', { name: 'Make this group an offer, measured' }));
}

describe('a measured action', () => {
  it('shows both groups before it freezes them', async () => {
    const calls = serve({
      'POST /actions/preview': () => ({ members: 10, treated: 7, control: 2, held_out: 1 }),
      'POST /actions': () => action,
      'GET /actions': () => ({ data: [] }),
    });
    await open(3);
    expect(await screen.findByText(/7 get the offer, 2 do not\./)).toBeInTheDocument();
    expect(screen.getByText(/1 more belong to the control group/)).toBeInTheDocument();
    await userEvent.type(screen.getByLabelText(/^Offer/), 'Spring');
    await userEvent.click(screen.getByRole('button', { name: 'Freeze both groups and begin' }));
    expect(calls.find(({ path }) => path === '/actions')?.body).toEqual({
      group: 3,
      name: 'Spring',
      success: { kind: 'purchase', days: 30 },
      cost: '0',
      control_share: 0.2,
    });
  });

  it('wants a group with a name', async () => {
    const calls = serve({});
    await open();
    expect(await screen.findByText(/Save this list as a group first/)).toBeInTheDocument();
    expect(calls).toEqual([]);
  });

  it('sends no half-filled form', () => {
    expect(wantedOf({ ...START, days: '' }, 3)).toBeNull();
    expect(wantedOf({ ...START, margin: 40 }, 3)?.margin_share).toBe(0.4);
  });
});

describe('its result', () => {
  it('says how few had success in a large group', async () => {
    const notes = [{ code: 'small_group', params: { rows: 5000, events: 3 } }];
    await show(<ResultCards result={{ ...result, notes }} />);
    expect(await screen.findByText(/In one of the groups 3 of 5,000 customers had success/)).toBeVisible();
  });

  it('says what changed, with the interval, and what is not known', async () => {
    await show(<ResultCards result={result} />);
    expect(await screen.findByText('Yes: 20 points more customers succeed (9 to 30).')).toBeInTheDocument();
    expect(screen.getByText(/the cost of what was sold is not in the data/)).toBeInTheDocument();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('does not claim what the interval leaves open, nor what the draw does not bear', async () => {
    const broken = { ...result.sample_ratio, holds: false };
    await show(<ResultCards result={{ ...result, certain: false, final: false, sample_ratio: broken }} />);
    expect(await screen.findByText(/That cannot be told yet/)).toBeInTheDocument();
    expect(screen.getByRole('alert')).toHaveTextContent('do not have the sizes that were drawn');
    expect(screen.getByText(/The time is not over/)).toBeInTheDocument();
  });

  it('is decided on with a reason', async () => {
    const calls = serve({
      'PUT /actions/5/decision': () => action,
      'GET /actions': () => ({ data: [] }),
    });
    await show(<Decide action={action} />);
    await userEvent.click(await screen.findByRole('combobox', { name: 'Decision' }));
    await userEvent.click(await screen.findByRole('option', { name: 'Stop' }));
    await userEvent.type(screen.getByLabelText('Why'), 'Dear');
    await userEvent.click(screen.getByRole('button', { name: 'Keep the decision' }));
    expect(calls[0]?.body).toEqual({ decision: 'stop', note: 'Dear' });
  });

  it('keeps the reason that was begun while other screens are looked at', async () => {
    const { unmount } = await show(<Decide action={action} />);
    await userEvent.type(await screen.findByLabelText('Why'), 'Dear');
    unmount();
    await show(<Decide action={action} />);
    expect(await screen.findByLabelText('Why')).toHaveValue('Dear');
  });

  it('keeps zero in the picture', () => {
    const at = scaleOf([2, 4]);
    expect(at(0)).toBeGreaterThan(0);
    expect(at(4)).toBeLessThan(100);
    expect(at(2)).toBeCloseTo(50);
  });
});
