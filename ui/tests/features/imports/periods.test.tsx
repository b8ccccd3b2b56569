import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { ImportPlan } from '@/api';
import { Assumed } from '@/features/imports/Assumed';
import { assumed, byTarget, setPeriod } from '@/features/imports/periods';
import { Told } from '@/features/imports/Told';
import { withoutField } from '@/features/imports/plan';
import { show } from '../../kit';

const day = { column: 'quarter', period: { unit: 'quarter', start: '2024-01-01' } } as const;

const plan: ImportPlan = {
  targets: [
    { alias: 'company', object: 'company', key: { columns: ['customer'] } },
    {
      alias: 'invoice',
      object: 'invoice',
      key: { columns: ['customer', 'quarter'] },
      fields: { issued_at: day, number: { joined: ['customer', 'quarter'], between: '/' } },
    },
    { alias: 'cost_1', object: 'cost', fields: { occurred_on: day, amount: { column: 'spent' } } },
  ],
  whole: ['customer'],
  left: [{ column: 'spent_sq', because: 'square', of: 'spent' }],
  belongs: { crossbuy: 'invoice' },
};

describe('assumed dates', () => {
  it('are said, and set for all that they date', async () => {
    const change = vi.fn();
    await show(<Assumed plan={plan} onChange={change} />);
    expect(screen.getByText(/names no dates/)).toBeInTheDocument();
    expect(screen.getByLabelText('Number 1 begins on')).toHaveValue('01/01/2024');
    await userEvent.selectOptions(screen.getByLabelText('One step of quarter is'), 'month');
    const next = change.mock.calls[0]?.[0] as ImportPlan;
    expect(next.targets.slice(1).map(({ fields }) => Object.values(fields ?? {})[0]?.period?.unit)).toEqual([
      'month',
      'month',
    ]);
    expect(next.targets[1]?.fields?.number).toEqual(plan.targets[1]?.fields?.number);
  });

  it('are no matter where periods have names', async () => {
    const named = setPeriod(plan, 'quarter', { unit: 'quarter' });
    expect(assumed(named)).toBeNull();
    await show(<Assumed plan={named} onChange={vi.fn()} />);
    expect(screen.queryByText('The dates are assumed')).toBeNull();
  });
});

describe('columns', () => {
  it('without a field go to what they are about', () => {
    const names = ['customer', 'quarter', 'spent', 'spent_sq', 'crossbuy', 'size'];
    const columns = names.map((name) => ({ name, samples: [], filled: 1 }));
    expect(withoutField(plan, columns)).toEqual(['crossbuy', 'size']);
    expect(byTarget(plan, ['crossbuy', 'size'])).toEqual([
      ['invoice', ['crossbuy']],
      ['company', ['size']],
    ]);
  });

  it('that say nothing of their own are named', async () => {
    await show(<Told plan={plan} />);
    expect(screen.getByText('Left out: spent_sq, the square of spent.')).toBeInTheDocument();
    expect(screen.getByText(/1.0 as 1: customer/)).toBeInTheDocument();
  });
});
