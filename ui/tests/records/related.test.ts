import { expect, test } from 'vitest';
import type { ObjectSpec } from '@/api';
import { counted } from '@/records/counted';
import { choicesOf, relatedFilter } from '@/records/related';
import { makeFormat } from '@/ui';

const activity = {
  name: 'activity',
  list: ['kind', 'at'],
  fields: [
    { name: 'kind', type: 'choice', options: [{ value: 'call', label: {} }] },
    { name: 'at', type: 'datetime' },
    { name: 'stage', type: 'choice', options: [] },
  ],
} as unknown as ObjectSpec;
const relation = { object: 'activity', field: 'company', label: {} };

test.each([
  [{ way: 'some', number: 3 } as const, { related: 'activity.company' }],
  [
    { way: 'more', number: 3, field: 'kind', value: 'call' } as const,
    {
      related: 'activity.company',
      filter: { field: 'kind', op: 'in', value: ['call'] },
      count: { op: 'gt', value: 3 },
    },
  ],
  [{ way: 'fewer', number: 1 } as const, { related: 'activity.company', count: { op: 'lt', value: 1 } }],
  [
    { way: 'silent', number: 60 } as const,
    { not: { related: 'activity.company', filter: { field: 'at', op: 'within', value: 'P60D' } } },
  ],
])('a question about related records is a filter', (asked, wanted) => {
  expect(relatedFilter(relation, activity, asked)).toEqual(wanted);
});

test('without a date in its list a record happened when it was entered', () => {
  const other = { ...activity, list: ['kind'] };
  expect(JSON.stringify(relatedFilter(relation, other, { way: 'silent', number: 7 }))).toContain(
    'created_at',
  );
});

test('only choices with options tell records apart', () => {
  expect(choicesOf(activity).map(({ name }) => name)).toEqual(['kind']);
});

test.each([
  [null, ''],
  [{ value: null, capped: true, estimated: true }, ''],
  [{ value: 312, capped: false }, '312'],
  [{ value: 10000, capped: true, estimated: true }, '10,000+'],
  [{ value: 4200, capped: false, estimated: true }, '≈ 4,200'],
])('a count says how sure it is', (count, words) => {
  expect(counted(count, makeFormat('en'))).toBe(words);
});
