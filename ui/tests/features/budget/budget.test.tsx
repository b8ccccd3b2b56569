import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Budget, BudgetShare, Response } from '@/api';
import { brought, pictureOf } from '@/features/budget/curve';
import { GroupTable } from '@/features/budget/GroupTable';
import { readBudgetSearch, withOrWithout } from '@/features/budget/search';
import { TotalCard } from '@/features/budget/TotalCard';
import { askedOf } from '@/features/budget/useBudget';
import { show } from '../../kit';

const money = (amount: string) => ({ amount, currency: 'GBP' });
const plain = { r2: 0.5, seen: { from: 0, to: 10 }, warnings: [], points: [], refused: null };
const budget: Budget = {
  as_of: '2026-01-01',
  currency: 'GBP',
  total: money('1200'),
  groups: [] as BudgetShare[],
  today: money('1000'),
  spent: money('1200'),
  gain: money('300'),
  marginal_return: 1.5,
  evidence: 'association',
};
const nothing = (): void => undefined;

describe('a response', () => {
  it('is the curve that the server fitted', () => {
    const ceiling: Response = { ...plain, kind: 'exponential', c: 100, k: 0.1, worth: 2 };
    expect(brought(ceiling, 10)).toBeCloseTo(200 * (1 - Math.exp(-1)));
    const steps: Response = { ...plain, kind: 'concave', slopes: [3, 1], widths: [10, 10], start: 5 };
    expect(brought(steps, 20)).toBe(35);
    expect(brought(plain, 5)).toBeUndefined();
  });

  it('stands in its box with today and the proposal', () => {
    const picture = pictureOf({ ...plain, kind: 'exponential', c: 100, k: 0.1 }, [5, 20], 100, 50);
    expect(picture?.at(0)).toEqual({ x: 0, y: 50 });
    expect(picture?.at(20)).toEqual({ x: 100, y: 0 });
  });
});

describe('what a budget earns', () => {
  it('says it in money, and that an association is no proof', async () => {
    await show(<TotalCard budget={budget} total={1200} busy={false} onTotal={nothing} onSettled={nothing} />);
    expect(
      screen.getByText(/200. more than today, divided as below, goes with .£300. more profit/),
    ).toBeVisible();
    expect(screen.getByText(/An association, no proof/)).toBeVisible();
    expect(screen.getByText(/brings .£1\.50/)).toBeVisible();
  });

  it('asks for the classes, or for the groups that were chosen', () => {
    const group = { id: 3, object: 'company', name: 'Lapsed', kind: 'group' as const, shared: true };
    const filter = { field: 'country', op: 'eq' as const, value: 'France' };
    expect(askedOf('company', {}, [], undefined).groups?.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    const search = readBudgetSearch({ groups: [3, 'x'], total: 5, floors: { Lapsed: 2, A: -1 } });
    expect(askedOf('company', search, [{ ...group, query: { filter } }], undefined)).toEqual({
      object: 'company',
      groups: [{ name: 'Lapsed', filter, floor: 2 }],
      total: 5,
    });
  });

  it('asks for a least satisfaction only where a number says it', () => {
    const search = readBudgetSearch({ satisfied: { A: 7, B: 'x' } });
    expect(search.satisfied).toEqual({ A: 7 });
    expect(askedOf('company', search, [], 'nps').groups?.[0]).toMatchObject({ name: 'A', satisfaction: 7 });
    expect(askedOf('company', search, [], undefined).groups?.[0]).not.toHaveProperty('satisfaction');
    expect(withOrWithout({ A: 7 }, 'A', undefined)).toBeUndefined();
    expect(withOrWithout({ A: 7 }, 'B', -20)).toEqual({ A: 7, B: -20 });
  });

  it('shows the floors of each group, and where nobody was that satisfied', async () => {
    const spent = { each: money('10'), all: money('100') };
    const share: BudgetShare = {
      name: 'A',
      filter: { field: 'abc_class', op: 'eq', value: 'A' },
      customers: 10,
      known: 10,
      other_currency: 0,
      brings: money('500'),
      net_profit: null,
      net_profit_unknown: 0,
      satisfaction: { mean: 6.5, rated: 8, reached: false },
      today: spent,
      proposal: spent,
      change: money('0'),
      gain: money('0'),
      floor: money('10'),
      floor_binds: false,
      response: plain,
      evidence: 'association',
    };
    const onSatisfied = vi.fn();
    await show(
      <GroupTable
        object="company"
        budget={{ ...budget, groups: [share] }}
        floors={{}}
        onFloor={nothing}
        satisfaction={{ fields: [], chosen: 'nps' }}
        onSatisfaction={nothing}
        satisfied={{ A: 9 }}
        onSatisfied={onSatisfied}
      />,
    );
    expect(screen.getByText(/^Nobody here was that satisfied/)).toBeInTheDocument();
    const least = screen.getByRole('textbox', { name: 'Satisfaction of A at least' });
    expect(least).toHaveValue('9');
    fireEvent.change(least, { target: { value: '' } });
    expect(onSatisfied).toHaveBeenLastCalledWith('A', undefined);
  });
});
