import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { SetFile } from '@/api';
import { Drop } from '@/features/imports/Drop';
import { SetFiles } from '@/features/imports/SetFiles';
import { show } from '../../kit';

const file: SetFile = {
  name: 'accounts.csv',
  state: 'imported',
  kind: 'Salesforce accounts',
  reason: '',
  rows: 10,
  created: 6,
  updated: 0,
  unchanged: 1,
  same: 1,
  skipped: { 'deleted there': 1 },
  refused: { 'no name': 1 },
  remarks: {},
  import_id: 3,
};

async function dropped(names: string[]): Promise<ReturnType<typeof vi.fn>> {
  const start = vi.fn();
  const upload = { file: null, sent: 0, pending: false, error: null, start, stop: vi.fn() };
  await show(<Drop upload={upload} />);
  const files = names.map((name) => new File(['a\n1\n'], name));
  await userEvent.upload(screen.getByLabelText('Choose a file', { selector: 'input' }), files);
  return start;
}

describe('several files', () => {
  it('are asked about before they go in', async () => {
    const start = await dropped(['accounts.csv', 'contacts.csv']);
    expect(start).not.toHaveBeenCalled();
    expect(await screen.findByText('contacts.csv')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Import all' }));
    expect(start.mock.calls[0]?.[0].map(({ name }: File) => name)).toEqual(['accounts.csv', 'contacts.csv']);
    expect(start.mock.calls[0]?.[1]).toBe(true);
  });

  it('of which there is one goes its usual way', async () => {
    const start = await dropped(['accounts.csv']);
    expect(start).toHaveBeenCalledOnce();
  });

  it('say where each row went, and why', async () => {
    await show(
      <SetFiles
        files={[
          file,
          {
            ...file,
            name: 'x.csv',
            state: 'left',
            reason: 'not understood',
            skipped: {},
            refused: {},
            import_id: null,
          },
        ]}
      />,
    );
    expect(await screen.findByRole('link', { name: 'accounts.csv' })).toHaveAttribute('href', '/imports/3');
    const cells = screen.getAllByRole('cell').map(({ textContent }) => textContent);
    expect(cells.slice(2, 8)).toEqual(['10', '6', '0', '2', '1', '1']);
    expect(screen.getByText('no name')).toBeInTheDocument();
    expect(screen.getByText('not understood')).toBeInTheDocument();
  });
});
