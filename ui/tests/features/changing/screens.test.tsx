import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../app/screen';
import type { Call } from '../../kit';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const rows = [7, 8].map((id) => ({ id, version: 1, title: `Company ${id}`, name: `Company ${id}` }));
const run = {
  id: 99,
  object: 'company',
  action: 'edit',
  set: { industry: 'Toys' },
  add: {},
  remove: {},
  state: 'done',
  actor: { id: 1, title: 'Ann' },
  at: '2026-01-01T10:00:00Z',
  finished_at: null,
  total: 12_345,
  changed: 12_000,
  unchanged: 300,
  skipped: { access: 45 },
  restored: 0,
  kept: {},
  job_id: null,
  error: null,
  can_undo: true,
};
const ahead = {
  fits: 12_345,
  may: 12_300,
  changes: 12_000,
  skipped: { access: 45 },
  samples: [{ id: 7, title: 'Company 7', fields: { industry: ['Steel', 'Toys'] } }],
  refused: [],
};
const answers = {
  'GET /companies': () => ({ data: rows, next: null, count: { value: 10_000, capped: true } }),
  'POST /changes/preview': () => ahead,
  'POST /changes': () => run,
  'POST /changes/99/undo': () => ({ ...run, state: 'undone', restored: 11_990, kept: { edited: 10 } }),
};
const sent = (calls: Call[], path: string): unknown =>
  calls.filter((call) => call.method === 'POST' && call.path === path).at(-1)?.body;

describe('a change to many records', () => {
  it('goes to all that fit, says what comes, and can be taken back at once', async () => {
    const filter = { field: 'country', op: 'eq', value: 'France' };
    const { calls } = await openPage(
      `/companies?filter=${encodeURIComponent(JSON.stringify(filter))}`,
      answers,
    );
    await screen.findByText('Company 7', {}, { timeout: 10_000 });
    await userEvent.click(screen.getByLabelText('Select all loaded rows'));
    await userEvent.click(await screen.findByRole('button', { name: 'Select all 10,000+ that fit' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Edit a field…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('combobox', { name: 'Field' }), 'Industry');
    await userEvent.click(await screen.findByRole('option', { name: 'Industry', hidden: true }));
    await userEvent.type(await within(dialog).findByLabelText('New value'), 'Toys');
    expect(
      await within(dialog).findByText('45 stay as they are: you may see them, not change them'),
    ).toBeInTheDocument();
    expect(within(dialog).getByText('300 have this value already')).toBeInTheDocument();
    const start = within(dialog).getByRole('button', { name: 'Change 12,000 records' });
    await waitFor(() => expect(start).toBeEnabled());
    await userEvent.click(start);
    const body = { object: 'company', action: 'edit', filter, set: { industry: 'Toys' } };
    await waitFor(() => expect(sent(calls, '/changes')).toEqual(body));
    expect(await screen.findByText(/12,000 records changed\./)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(
      await screen.findByText('11,990 records are as they were. 10 were edited since and keep that.'),
    ).toBeInTheDocument();
  }, 60_000);

  it('asks before what was chosen goes, and not where nothing was', async () => {
    await openPage('/companies', answers);
    await screen.findByText('Company 7', {}, { timeout: 10_000 });
    await userEvent.click(screen.getByLabelText('Select all loaded rows'));
    const button = await screen.findByRole('button', { name: 'Edit a field…' });
    await userEvent.click(button);
    await userEvent.click(await screen.findByRole('combobox', { name: 'Field' }));
    await userEvent.click(await screen.findByRole('option', { name: 'Industry', hidden: true }));
    const close = async (): Promise<void> =>
      userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Close' }));
    await close();
    expect(await screen.findByText('What you typed here is not saved yet.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    await userEvent.click(button);
    await close();
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  }, 60_000);

  it('stands among the recent changes, in words, with a way back', async () => {
    const { calls } = await openPage('/settings/changes', {
      ...answers,
      'GET /changes': () => ({ data: [run], next: null }),
    });
    expect(await screen.findByText('Industry: Toys')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(calls.some(({ path }) => path === '/changes/99/undo')).toBe(true));
  });
});
