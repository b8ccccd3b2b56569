import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ApiRecord, FieldSpec, ObjectSpec } from '@/api';
import { DerivedFacts } from '@/records/page/DerivedFacts';
import { fieldOf, objectOf, serve, show } from '../kit';

const plain = { ...fieldOf('company', 'employees'), derived: true, method: null };
const rolled: FieldSpec = {
  ...plain,
  id: 'x1',
  name: 'won',
  label: { en: 'Deals won' },
  kind: 'rollup',
  rollup: {
    object: 'deal',
    field: 'company',
    function: 'sum',
    of: 'amount',
    filter: { field: 'stage', op: 'eq', value: 'won' },
  },
};
const reckoned: FieldSpec = {
  ...plain,
  id: 'x2',
  name: 'twice',
  label: { en: 'Twice' },
  kind: 'formula',
  formula: 'employees * 2',
};
const company: ObjectSpec = { ...objectOf('company'), fields: [rolled, reckoned] };
const record = { id: 7, version: 1, title: 'Acme', won: 12, twice: 4 } as unknown as ApiRecord;

describe('a field that follows from others', () => {
  it('says what it is made of, and that a roll-up counts what its reader cannot open', async () => {
    const calls = serve({});
    await show(<DerivedFacts object={company} record={record} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Why Deals won is what it is' }));
    expect(await screen.findByText('Deals · Sum · Amount · Only those that fit')).toBeInTheDocument();
    expect(screen.getByText('It counts all records, also those that you cannot open.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Why Twice is what it is' }));
    expect(await screen.findByText('employees * 2')).toBeInTheDocument();
    expect(calls.filter(({ path }) => path.startsWith('/insight'))).toEqual([]);
  });
});
