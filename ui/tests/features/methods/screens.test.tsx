import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { useState, type ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Method, MethodRun, MethodSetting, ModelNote, WholeMethod } from '@/api';
import { Answering } from '@/features/methods/Answering';
import { changed, problemsOf } from '@/features/methods/draft';
import { DriftQuestion } from '@/features/methods/DriftQuestion';
import { driftPoints, verdict } from '@/features/methods/drift';
import { entriesOf } from '@/features/methods/log';
import { MethodSettings } from '@/features/methods/MethodSettings';
import { MethodsPage } from '@/features/methods/MethodsPage';
import { RunLog } from '@/features/methods/RunLog';
import { stateOf } from '@/features/methods/state';
import { serve, show } from '../../kit';

const ann = { id: 1, title: 'Ann Example' };

function run(more: Partial<MethodRun> = {}): MethodRun {
  return {
    id: 1,
    object: 'company',
    version: '1',
    as_of: '2026-01-31',
    rows: 40,
    seconds: 0.2,
    settings: {},
    drift: null,
    notes: [],
    refused: [],
    finished_at: '2026-02-01T08:00:00Z',
    by: null,
    ...more,
  };
}

const refused = run({ rows: 0, refused: [{ code: 'valued', least: 10, found: 2 }] });

function setting(more: Partial<MethodSetting>): MethodSetting {
  const plain = { name: 'x', kind: 'number' as const, default: 1, value: 1, low: 0, high: 100 };
  return { ...plain, options: [], shared: false, ...more };
}

const days = setting({ name: 'next_offer_days', kind: 'integer', default: 90, value: 90, low: 7, high: 730 });
const cuts = setting({ name: 'key_index_cuts', kind: 'cuts', default: [70, 90], value: [70, 90] });

const method: Method = {
  key: 'key_index',
  version: '1',
  source: 'A paper',
  inputs: ['value'],
  outputs: ['key_index', 'key_class'],
  history: ['key_class'],
  needs: [{ code: 'valued', least: 10 }],
  owner: null,
  schedule: 'daily',
  enabled: true,
  due: false,
  last: [run()],
};
const whole: WholeMethod = { ...method, settings: [days, cuts], runs: [run()], changes: [] };

describe('the method catalogue', () => {
  it('says how each method stands, and why one made nothing', async () => {
    expect(stateOf({ ...method, enabled: false })).toBe('off');
    expect(stateOf({ ...method, last: [{ ...run(), rows: 0 }] })).toBe('idle');
    expect(stateOf({ ...method, last: [run(), { ...refused, object: 'person' }] })).toBe('done');
    serve({ 'GET /insight/methods': () => ({ data: [{ ...method, last: [refused] }] }) });
    await show(<MethodsPage />);
    expect(await screen.findByText('Too little data')).toBeInTheDocument();
    const row = screen.getByRole('row', { name: /Key-customer index/ });
    expect(within(row).getByText(/It needs 10 customers .* there are 2\./)).toBeInTheDocument();
  });

  it('checks settings by the bounds that they declare', () => {
    expect(problemsOf([days, cuts], { next_offer_days: 3, key_index_cuts: [90, 70] })).toEqual({
      next_offer_days: { key: 'methods.wrong.between', low: 7, high: 730 },
      key_index_cuts: { key: 'methods.wrong.rising' },
    });
    expect(problemsOf([days], { next_offer_days: 7.5 })).toHaveProperty('next_offer_days.key');
    const empty = setting({ default: null, value: 30 });
    expect(problemsOf([empty], { x: '' })).toEqual({});
    expect(changed([empty, days], { x: '', next_offer_days: 90 })).toEqual({ x: null });
  });

  it('sends only what was changed, and shows what the server refuses at its field', async () => {
    const calls = serve({
      'PATCH /insight/methods/key_index': () =>
        Response.json(
          {
            type: 'about:blank',
            status: 422,
            title: 'The settings do not fit.',
            errors: [{ field: 'next_offer_days', code: 'value', message: 'Not on Sundays.' }],
          },
          { status: 422 },
        ),
    });
    await show(<MethodSettings method={whole} mayChange />);
    const input = screen.getByLabelText('Days in which an offer should come true');
    fireEvent.change(input, { target: { value: '3' } });
    expect(screen.getByText('Choose between 7 and 730.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Save settings' })).toBeDisabled();
    fireEvent.change(input, { target: { value: '60' } });
    fireEvent.click(screen.getByRole('button', { name: 'Save settings' }));
    expect(await screen.findByText('Not on Sundays.')).toBeInTheDocument();
    expect(calls[0]?.body).toEqual({ settings: { next_offer_days: 60 } });
  });

  it('takes nothing back that somebody else has changed meanwhile', async () => {
    const theirs = whole.settings.map((one) =>
      one.name === 'next_offer_days' ? { ...one, value: 45 } : one,
    );
    function Host(): ReactElement {
      const [method, setMethod] = useState(whole);
      return (
        <>
          <MethodSettings method={method} mayChange />
          <button onClick={() => setMethod({ ...whole, settings: theirs })}>Later</button>
        </>
      );
    }
    await show(<Host />);
    fireEvent.click(screen.getByRole('button', { name: 'Later' }));
    expect(screen.getByLabelText('Days in which an offer should come true')).toHaveValue('45');
    expect(screen.getByRole('button', { name: 'Save settings' })).toBeDisabled();
  });

  it('leaves the settings to managers', async () => {
    await show(<MethodSettings method={whole} mayChange={false} />);
    expect(screen.queryByRole('button', { name: 'Save settings' })).toBeNull();
    expect(screen.getByText('Managers and owners change these.')).toBeInTheDocument();
  });

  it('keeps who answers for it at once', async () => {
    const calls = serve({
      'GET /users': () => ({ data: [ann], next: null }),
      'PATCH /insight/methods/key_index': () => ({ ...whole, enabled: false }),
      'GET /insight/methods': () => ({ data: [] }),
    });
    await show(<Answering method={whole} mayChange />);
    fireEvent.click(screen.getByRole('switch', { name: /It runs/ }));
    await waitFor(() => expect(calls.some(({ method: verb }) => verb === 'PATCH')).toBe(true));
    expect(calls.find(({ method: verb }) => verb === 'PATCH')?.body).toEqual({ enabled: false });
  });

  it('tells runs of customers whom the reader does not see', async () => {
    await show(<RunLog method={{ ...whole, runs: [run({ object: 'lead' as 'person', rows: null })] }} />);
    expect(await screen.findByText(/as of 31 Jan 2026/)).toBeInTheDocument();
  });

  it('tells runs and decisions in one order, with who decided', async () => {
    const change = {
      at: '2026-02-02T09:00:00Z',
      by: ann,
      shared: false,
      changes: [{ name: 'next_offer_days', before: 90, after: 60 }],
    };
    const entries = entriesOf([run(), run({ id: 2, object: 'person', rows: 0 })], [change]);
    expect(entries.map(({ kind }) => kind)).toEqual(['change', 'run']);
    expect(entries[1]).toHaveProperty('runs.length', 1);
    const said: ModelNote[] = [
      { code: 'careful_forecasts', params: { customers: 1234 }, words: 'Only 1,234.' },
      { code: '', params: {}, words: 'From before notes were kept.' },
    ];
    await show(<RunLog method={{ ...whole, runs: [run({ notes: said })], changes: [change] }} />);
    expect(screen.getByText(/^Only 1,234 customers bought again: read the forecast/)).toBeInTheDocument();
    expect(screen.getByText('From before notes were kept.')).toBeInTheDocument();
    expect(screen.getByText('Days in which an offer should come true: 90 → 60')).toBeInTheDocument();
    expect(screen.getByText('Ann Example')).toBeInTheDocument();
    expect(screen.getByText(/40 companies · as of 31 Jan 2026/)).toBeInTheDocument();
  });

  it('says in words how far a run drifted', async () => {
    const drifted = run({
      id: 2,
      as_of: '2026-03-01',
      drift: { key_index: { before: 100, after: 150 }, key_class: { changed: 0.12, psi: 0.3 } },
    });
    expect(driftPoints([drifted, run()], 'company', 'key_index').map(({ share }) => share)).toEqual([0.5]);
    const refused = { ...drifted, refused: [{ code: 'customers', least: 10, found: 2 }] };
    expect(driftPoints([refused], 'company', 'key_class')).toEqual([]);
    expect([0.05, 0.2, 0.3].map(verdict)).toEqual(['calm', 'moved', 'other']);
    await show(<DriftQuestion method={{ ...whole, runs: [drifted, run()] }} />);
    expect(screen.getByText(/12% of customers have another class .* another population/)).toBeInTheDocument();
  });
});
