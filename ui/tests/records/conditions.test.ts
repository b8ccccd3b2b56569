import { describe, expect, it } from 'vitest';
import type { Condition, Filter } from '@/api';
import {
  added,
  firstOperator,
  isComplete,
  nextSort,
  parts,
  removed,
  replaced,
  withOperator,
} from '@/records/conditions';
import { catalogue } from '../kit';

const a: Condition = { field: 'amount', op: 'gt', value: '100' };
const b: Condition = { field: 'stage', op: 'in', value: ['won'] };
const deep: Filter = { related: 'invoice.company', filter: { or: [a, { not: b }] } };

describe('the parts of a filter', () => {
  it('are what the outermost "and" joins', () => {
    expect(parts(undefined)).toEqual([]);
    expect(parts(a)).toEqual([a]);
    expect(parts({ and: [a, deep] })).toEqual([a, deep]);
    expect(parts({ or: [a, b] })).toEqual([{ or: [a, b] }]);
  });

  it('can be added, replaced and removed without touching the others', () => {
    const two = added(added(undefined, a), deep);
    expect(two).toEqual({ and: [a, deep] });
    expect(replaced(two, 0, b)).toEqual({ and: [b, deep] });
    expect(removed(two, 0)).toEqual(deep);
    expect(removed(removed(two, 0), 0)).toBeUndefined();
  });
});

describe('a condition', () => {
  it.each<[Condition, boolean]>([
    [a, true],
    [{ field: 'x', op: 'empty' }, true],
    [{ field: 'x', op: 'eq' }, false],
    [{ field: 'x', op: 'eq', value: '' }, false],
    [{ field: 'x', op: 'eq', value: false }, true],
    [{ field: 'x', op: 'in', value: [] }, false],
    [{ field: 'x', op: 'between', value: ['1', ''] }, false],
    [{ field: 'x', op: 'between', value: ['1', '2'] }, true],
  ])('%j is complete: %s', (condition, complete) => expect(isComplete(condition)).toBe(complete));

  it('keeps its value where the new operator can read it', () => {
    expect(withOperator(a, 'le')).toEqual({ field: 'amount', op: 'le', value: '100' });
    expect(withOperator(a, 'empty')).toEqual({ field: 'amount', op: 'empty' });
    expect(withOperator(a, 'in')).toEqual({ field: 'amount', op: 'in', value: ['100'] });
    expect(withOperator(b, 'eq')).toEqual({ field: 'stage', op: 'eq', value: 'won' });
    expect(withOperator(a, 'between')).toEqual({ field: 'amount', op: 'between' });
  });

  it('begins with an operator that its field has', () => {
    for (const object of catalogue.objects)
      for (const field of object.fields) expect(field.operators).toContain(firstOperator(field));
  });
});

describe('sort', () => {
  it('goes up, down, and back', () => {
    expect(nextSort(undefined, 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBeUndefined();
    expect(nextSort('amount', 'name')).toBe('name');
  });
});
