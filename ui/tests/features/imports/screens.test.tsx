import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { ImportPlan, ImportRun, Undone } from '@/api';
import { Counts, Problems } from '@/features/imports/Outcome';
import { PlanEditor } from '@/features/imports/PlanEditor';
import { Done } from '@/features/imports/Steps';
import { TakenBack } from '@/features/imports/TakingBack';
import type { Importing } from '@/features/imports/useImport';
import { show } from '../../kit';

const plan: ImportPlan = {
  targets: [
    {
      alias: 'deal',
      object: 'deal',
      key: { columns: ['id'] },
      fields: { name: { column: 'id' }, stage: { column: 'phase' } },
      links: { owner: { column: 'agent', create_missing: true } },
    },
  ],
};

const run: ImportRun = {
  id: 4,
  filename: 'pipeline.csv',
  format: 'csv',
  state: 'draft',
  columns: [
    { name: 'id', samples: ['1C1I7A6R'], filled: 1 },
    { name: 'phase', samples: ['Won', 'Odd'], filled: 1 },
    { name: 'agent', samples: ['Ann'], filled: 1 },
    { name: 'remark', samples: [], filled: 0 },
  ],
  options: { decimal: '.' },
  plan,
  proposals: [{ name: 'Deals', confidence: 0.75, plan }],
  counts: { rows: 10, invalid: 2, objects: { deal: { created: 7, updated: 0, unchanged: 1, invalid: 2 } } },
  errors: [
    {
      row: 3,
      target: 'deal',
      column: 'phase',
      value: 'Odd',
      code: 'choice',
      message: 'Not known.',
      remedy: 'Assign it.',
    },
  ],
  job_id: null,
  error: null,
  created_at: '2026-01-01T00:00:00Z',
  can_roll_back: true,
  undone: null,
};

function importing(takeBack = vi.fn()): Importing {
  const nothing = vi.fn();
  return {
    query: {} as Importing['query'],
    run,
    job: undefined,
    busy: false,
    check: nothing,
    start: nothing,
    cancel: nothing,
    takeBack,
    reread: nothing,
    pending: false,
    error: null,
  };
}

function Editor({ seen }: { seen: (plan: ImportPlan) => void }): ReactElement {
  const [shown, setShown] = useState(plan);
  return (
    <PlanEditor
      run={run}
      plan={shown}
      problems={{ 'targets.deal.stage': 'Choose another column.' }}
      onChange={(next) => {
        seen(next);
        setShown(next);
      }}
    />
  );
}

describe('the plan editor', () => {
  it('shows each field with its column and cells, and what is not used', async () => {
    await show(<Editor seen={() => undefined} />);
    expect(await screen.findByLabelText('Stage')).toHaveValue('phase');
    expect(screen.getByText('1C1I7A6R')).toBeVisible();
    expect(screen.getByText('remark', { selector: 'bdi' })).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent('Choose another column.');
  });

  it('assigns a cell that is not recognised', async () => {
    const seen = vi.fn();
    await show(<Editor seen={seen} />);
    expect(await screen.findByText('1 value to be assigned')).toBeVisible();
    await userEvent.selectOptions(screen.getByLabelText(/^Odd/), 'lost');
    expect(seen.mock.lastCall?.[0].targets[0].fields.stage).toEqual({
      column: 'phase',
      values: { Odd: 'lost' },
    });
  });

  it('matches links in another way, and leaves fields out', async () => {
    const seen = vi.fn();
    await show(<Editor seen={seen} />);
    await userEvent.selectOptions(await screen.findByLabelText('Find the record'), 'email');
    expect(seen.mock.lastCall?.[0].targets[0].links.owner).toMatchObject({
      match: 'email',
      create_missing: true,
    });
    await userEvent.click(screen.getByLabelText('Leave out: Stage'));
    expect(seen.mock.lastCall?.[0].targets[0].fields).toEqual({ name: { column: 'id' } });
  });

  it('gives all rows the same value', async () => {
    const seen = vi.fn();
    await show(<Editor seen={seen} />);
    await userEvent.selectOptions(
      await screen.findByLabelText('Name *'),
      screen.getAllByText('The same for all rows')[0] as HTMLElement,
    );
    await userEvent.type(screen.getByLabelText('Value of Name'), 'X');
    expect(seen.mock.lastCall?.[0].targets[0].fields.name).toEqual({ value: 'X' });
  });
});

describe('names that the check found more than once', () => {
  const named = {
    alias: 'company',
    object: 'company',
    key: { columns: ['id'] },
    fields: { name: { column: 'id' } },
  };
  const checked: ImportRun = {
    ...run,
    state: 'checked',
    plan: { targets: [named] },
    counts: { rows: 10, invalid: 0, objects: {}, alike: { company: { rows: 3, there: 1 } } },
  };

  it('are told beside the key, and those that are here may be taken for the same', async () => {
    const seen = vi.fn<(plan: ImportPlan) => void>();
    show(<PlanEditor run={checked} plan={{ targets: [named] }} problems={{}} onChange={seen} />);
    expect((await screen.findByRole('note')).textContent).toContain(
      'a record that is here: 3. With a record that is here: 1.',
    );
    await userEvent.click(screen.getByRole('checkbox', { name: /If exactly one record here/ }));
    expect(seen.mock.calls[0]?.[0].targets[0]?.key?.adopt).toBe('name');
  });

  it('are not told of another plan', async () => {
    const other = { targets: [{ ...named, key: { columns: ['phase'] } }] };
    show(<PlanEditor run={checked} plan={other} problems={{}} onChange={vi.fn()} />);
    expect(await screen.findByText('One record for each different value of')).toBeTruthy();
    expect(screen.queryByRole('note')).toBeNull();
  });
});

describe('the outcome', () => {
  it('counts every outcome, and says how many rows stay out', async () => {
    await show(run.counts && <Counts counts={run.counts} dry />);
    expect(await screen.findByText(/8 of 10 rows are in order; 2 have errors/)).toBeVisible();
    expect(screen.getByRole('columnheader', { name: 'To create' })).toBeVisible();
    expect(within(screen.getAllByRole('row')[1] as HTMLElement).getAllByRole('cell')[1]).toHaveTextContent(
      '7',
    );
  });

  it('shows what is wrong with a row and what to do', async () => {
    await show(<Problems errors={run.errors} total={2} />);
    expect(await screen.findByText('Not known.')).toBeVisible();
    expect(screen.getByText('Assign it.')).toBeVisible();
  });

  it('offers the bad rows as a file, and the records', async () => {
    await show(<Done run={{ ...run, state: 'done' }} importing={importing()} />);
    expect(await screen.findByRole('link', { name: 'Download rows with errors' })).toHaveAttribute(
      'href',
      '/api/v1/imports/4/errors',
    );
    expect(screen.getByRole('link', { name: 'Open deals' }).getAttribute('href')).toContain(
      '/deals?sort=-updated_at',
    );
  });

  it('takes the import back only once that is confirmed', async () => {
    const takeBack = vi.fn();
    await show(<Done run={{ ...run, state: 'done' }} importing={importing(takeBack)} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Take back' }));
    const dialog = await screen.findByRole('dialog', { name: 'Take the whole import back?' });
    expect(takeBack).not.toHaveBeenCalled();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Take back' }));
    expect(takeBack).toHaveBeenCalledOnce();
  });

  it('says what was removed and restored, and what stays and why', async () => {
    const undone: Undone = {
      removed: 7,
      restored: 1,
      kept: 1,
      reasons: { edited: 1 },
      rows: [{ object: 'deal', id: 12, reason: 'edited', fields: ['stage'] }],
    };
    await show(<TakenBack run={{ ...run, state: 'rolled_back', undone }} importing={importing()} />);
    expect(await screen.findByText('7 records removed')).toBeVisible();
    expect(screen.getByText('1 record as it was')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Deal 12' })).toHaveAttribute('href', '/deals/12');
    expect(screen.getByText('edited since')).toBeVisible();
  });
});
