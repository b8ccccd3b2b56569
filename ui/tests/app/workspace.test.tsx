import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { WorkspacePage } from '@/app/settings/WorkspacePage';
import { me, serve, show } from '../kit';

describe('the workspace', () => {
  it('saves what it is called and counts in', async () => {
    const calls = serve({ 'PUT /workspace': ({ body }) => body, 'GET /me': () => me });
    await show(<WorkspacePage />);
    const currency = await screen.findByLabelText(/Currency of reports/);
    await userEvent.clear(currency);
    await userEvent.type(currency, 'ron');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(calls[0]?.body).toEqual({ ...me.workspace, currency: 'RON' });
  });

  it('gives everything out as one file', async () => {
    const run = { id: 3, job_id: 9, format: 'zip', filename: 'workspace.zip', rows: 2, size: 10, notes: [] };
    const calls = serve({
      'POST /exports': () => ({ ...run, state: 'queued' }),
      'GET /jobs/9': () => ({ id: 9, state: 'done', progress: null }),
      'GET /exports/3': () => ({ ...run, state: 'done', expires_at: '2026-01-04T00:00:00Z' }),
    });
    await show(<WorkspacePage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Export the workspace' }));
    expect(await screen.findByRole('link', { name: 'Download' })).toHaveAttribute(
      'download',
      'workspace.zip',
    );
    expect(calls[0]?.body).toEqual({ whole: true });
  });
});
