import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ExportRun } from '@/api';
import { ExportTool } from '@/features/exports';
import { sizeOf } from '@/features/exports/Following';
import { makeFormat } from '@/ui';
import { fieldOf, objectOf, problem, serve, show } from '../../kit';

const run: ExportRun = {
  id: 3,
  object: 'company',
  format: 'xlsx',
  filename: 'companies.xlsx',
  state: 'queued',
  job_id: 9,
  rows: null,
  size: null,
  notes: [],
  error: null,
  created_at: '2026-01-01T00:00:00Z',
  expires_at: '2026-01-04T00:00:00Z',
};
const job = { id: 9, kind: 'exports.run', state: 'done', progress: null, result: null, error: null };
const filter = { field: 'country', op: 'eq', value: 'FR' };

async function open(search: object = {}): Promise<void> {
  const fields = [fieldOf('company', 'country')];
  await show(<ExportTool object={objectOf('company')} search={search} fields={fields} />);
}

describe('the export of a list', () => {
  it('asks for what the list shows, and gives the file', async () => {
    const calls = serve({
      'POST /exports': () => run,
      'GET /jobs/9': () => job,
      'GET /exports/3': () => ({ ...run, state: 'done', rows: 1234, size: 2_345_678, notes: ['Cut.'] }),
    });
    await open({ filter, sort: '-name', q: 'x' });
    await userEvent.click(screen.getByRole('button', { name: 'Export companies' }));
    await userEvent.click(await screen.findByText('Excel'));
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    const link = await screen.findByRole('link', { name: 'Download' });
    expect(link).toHaveAttribute('href', '/api/v1/exports/3/file');
    expect(screen.getByText('1,234 records, 2.3 MB')).toBeInTheDocument();
    expect(screen.getByText('Cut.')).toBeInTheDocument();
    expect(calls[0]?.body).toEqual({
      object: 'company',
      format: 'xlsx',
      query: { filter, sort: '-name', columns: 'name,country', q: 'x' },
    });
  });

  it('takes every field where that is wanted', async () => {
    const calls = serve({ 'POST /exports': () => problem(403, 'No') });
    await open();
    await userEvent.click(screen.getByRole('button', { name: 'Export companies' }));
    await userEvent.click(await screen.findByRole('checkbox'));
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    expect(await screen.findByRole('alert')).toBeInTheDocument();
    expect(calls[0]?.body).toEqual({ object: 'company', format: 'csv', query: {} });
  });

  it('is not offered in the trash', async () => {
    await open({ trash: true });
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('says sizes as people do', () => {
    const { number } = makeFormat('en-GB');
    expect([0, 999, 1500, 2_345_678, 5e9].map((bytes) => sizeOf(bytes, number))).toEqual([
      '0 kB',
      '1 kB',
      '1.5 kB',
      '2.3 MB',
      '5 GB',
    ]);
  });
});
