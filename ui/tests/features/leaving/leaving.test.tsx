import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Catalogue, FieldSpec, Leaving, ObjectSpec } from '@/api';
import {
  likelyOutcome,
  likelyTenure,
  likelyValue,
  outcomes,
  readLeavingSearch,
} from '@/features/leaving/search';
import { gathered } from '@/features/leaving/words';
import type { Names } from '@/records';
import { openPage } from '../../app/screen';
import { catalogue, fieldOf, objectOf, problem } from '../../kit';

function field(name: string, type: FieldSpec['type'], more: Partial<FieldSpec> = {}): FieldSpec {
  const label = { en: name.replaceAll('_', ' ') };
  return {
    ...fieldOf('person', 'email'),
    sensitivity: 'none',
    id: name,
    name,
    type,
    label,
    kind: 'entered',
    options: [],
    ...more,
  };
}

const contract = field('contract', 'choice', {
  options: [
    { value: 'month', label: { en: 'Month-to-month' }, color: 'gray' },
    { value: 'two_year', label: { en: 'Two year' }, color: 'gray' },
  ],
});
const reason = field('leaving_reason', 'text', { known_after: true });
const own = [field('churn', 'boolean'), field('tenure', 'integer'), contract, reason];
const person: ObjectSpec = { ...objectOf('person'), fields: [...objectOf('person').fields, ...own] };
const withContracts: Catalogue = {
  ...catalogue,
  objects: catalogue.objects.map((object) => (object.name === 'person' ? person : object)),
};

const known: Leaving = {
  object: 'person',
  target: 'churn',
  gone: 'true',
  features: ['tenure', 'contract'],
  n: 7043,
  events: 1869,
  effects: [
    {
      feature: 'contract',
      level: 'two_year',
      reference: 'month',
      unknown: false,
      step: 1,
      odds_ratio: 0.25,
      log_odds: -1.4,
    },
  ],
  quality: {
    how: 'folds',
    rows: 7043,
    events: 1869,
    auc: 0.845,
    average_precision: 0.65,
    brier: 0.136,
    lift: 2.86,
    calibration: [
      { rows: 100, foreseen: 0.1, came: 0.11 },
      { rows: 100, foreseen: 0.6, came: 0.58 },
    ],
  },
  notes: [
    { code: 'known_after', params: { column: 'leaving_reason' }, words: 'Left out.' },
    { code: 'of_another_day', params: {}, words: 'A remark that the page has no words for.' },
  ],
};
const nothing: Leaving = {
  ...known,
  effects: [],
  quality: null,
  notes: [{ code: 'too_few_rows', params: { rows: 12, needed: 40 }, words: '12 customers.' }],
};

describe('who leaves', () => {
  it('begins with the fields that sound like it', () => {
    expect(outcomes(person).map(({ name }) => name)).toContain('contract');
    expect(likelyOutcome(person)?.name).toBe('churn');
    expect(likelyValue(contract)).toBe('month');
    expect(likelyTenure(person)?.name).toBe('tenure');
    expect(readLeavingSearch({ target: 'churn', tenure: 'x; y', without: ['tenure', 3] })).toEqual({
      target: 'churn',
      without: ['tenure'],
    });
  });

  it('says what holds for several columns once', () => {
    const names = { object: person, read: (labels) => labels?.en ?? '' } as Names;
    const alike = ['tenure', 'contract = two_year'].map((column) => ({
      code: 'constant_column',
      params: { column },
      words: column,
    }));
    expect(gathered(alike, names).map(({ params }) => params.column)).toEqual(['tenure, contract: Two year']);
  });

  it('is worked out on the page, in words, without what is known only afterwards', async () => {
    const { calls } = await openPage('/base/leaving?object=person', {
      'GET /catalogue': () => withContracts,
      'POST /insight/churn-model': () => known,
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Work it out' }));
    expect(await screen.findByText('0.845')).toBeInTheDocument();
    expect(calls.find(({ path }) => path === '/insight/churn-model')?.body).toMatchObject({
      object: 'person',
      target: 'churn',
      tenure: 'tenure',
    });
    expect(screen.getByText(/leaving reason – known only after the fact/)).toBeInTheDocument();
    expect(screen.getByText('contract: Two year rather than Month-to-month')).toBeInTheDocument();
    expect(screen.getByText(/The chances mean what they say/)).toBeInTheDocument();
    const notes = screen.getByRole('list', { name: 'To bear in mind' });
    expect(within(notes).getByText('A remark that the page has no words for.')).toBeInTheDocument();
    fireEvent.click(screen.getByRole('button', { name: 'Show the table behind it' }));
    expect(screen.getByRole('cell', { name: '11%' })).toBeInTheDocument();
  });

  it('says why there is no model, and what the server refuses', async () => {
    let answer: () => unknown = () => nothing;
    await openPage('/base/leaving?object=person&target=churn', {
      'GET /catalogue': () => withContracts,
      'POST /insight/churn-model': () => answer(),
    });
    expect(await screen.findByText('12 customers; at least 40 are needed.')).toBeInTheDocument();
    answer = () => problem(403, 'Not yours to see');
    fireEvent.click(screen.getByRole('checkbox', { name: 'tenure' }));
    fireEvent.click(screen.getByRole('button', { name: 'Work it out' }));
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('Not yours to see'));
  });
});
