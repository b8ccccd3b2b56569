import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { catalogue, problem, type Call } from '../kit';
import { openPage } from './screen';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const acme = {
  id: 7,
  version: 2,
  title: 'Acme',
  name: 'Acme',
  industry: 'Gifts',
  country: 'France',
  abc_class: 'A',
};
const facts = {
  as_of: '2011-12-10',
  facts: [
    {
      field: 'abc_class',
      value: 'A',
      method: 'abc',
      version: '1',
      reason: { code: 'within_cut', params: { measure: 'revenue_net', rank: 3, share: 12.5, cut: 80 } },
    },
  ],
};
const timeline = {
  data: [
    {
      at: '2011-12-01T00:00:00Z',
      object: 'invoice',
      id: 70,
      kind: null,
      title: '581566',
      amount: { amount: '9.00', currency: 'GBP' },
    },
  ],
  next: null,
};
const deals = {
  object: 'deal',
  field: 'company',
  count: { value: 312, capped: false },
  data: [{ id: 90, version: 1, title: 'A thousand hearts' }],
};
const around = {
  'GET /companies/7/page': () => ({ record: acme, related: [deals], timeline }),
  'GET /companies/7/history': () => ({
    data: [
      {
        seq: 1,
        at: '2011-12-01T00:00:00Z',
        actor: { id: 1, title: 'Ann' },
        door: 'web',
        kind: 'updated',
        changes: { industry: ['Toys', 'Gifts'] },
      },
    ],
    next: null,
  }),
  'GET /insight/value/company/7': () => facts,
};
const patches = (calls: Call[]): Call[] => calls.filter(({ method }) => method === 'PATCH');

async function change(field: string, text: string): Promise<void> {
  await userEvent.click(await screen.findByRole('button', { name: `Edit ${field}` }));
  const input = screen.getByLabelText(field, { selector: 'input' });
  await userEvent.clear(input);
  await userEvent.type(input, `${text}{Enter}`);
}

describe('a record page', () => {
  it('tells entered facts from derived ones, and why', async () => {
    await openPage('/companies/7', around);
    expect(await screen.findByRole('heading', { name: 'Entered' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Edit ABC class' })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Why ABC class is what it is' }));
    expect((await screen.findAllByText(/Ranked 3 by net revenue/)).length).toBeGreaterThan(0);
    expect(await screen.findByRole('link', { name: '581566' })).toHaveAttribute('href', '/invoices/70');
    expect(screen.getByRole('link', { name: 'A thousand hearts' })).toHaveAttribute('href', '/deals/90');
    expect(screen.getByText('312')).toBeInTheDocument();
  });

  it('saves a fact where it stands, with the version it saw, and takes it back', async () => {
    let record = acme;
    const { calls } = await openPage('/companies/7', {
      ...around,
      'GET /companies/7/page': () => ({ record, related: [], timeline }),
      'PATCH /companies/7': ({ body }) =>
        (record = { ...record, ...(body as object), version: record.version + 1 }),
    });
    await change('Industry', 'Toys');
    await waitFor(() => expect(patches(calls)).toHaveLength(1));
    expect(patches(calls)[0]?.body).toEqual({ industry: 'Toys' });
    expect(patches(calls)[0]?.headers.get('If-Match')).toBe('"2"');
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(patches(calls)).toHaveLength(2));
    expect(patches(calls)[1]?.body).toEqual({ industry: 'Gifts' });
    expect(patches(calls)[1]?.headers.get('If-Match')).toBe('"3"');
  });

  it('shows both values when someone else was faster, and saves mine on their version', async () => {
    let tries = 0;
    const { calls } = await openPage('/companies/7', {
      ...around,
      'PATCH /companies/7': ({ body }) => {
        tries += 1;
        if (tries === 1)
          return problem(412, 'Changed', {
            current: { ...acme, version: 5, industry: 'Flowers' },
            fields: { industry: { yours: 'Toys', theirs: 'Flowers', base: 'Gifts' } },
          });
        return { ...acme, ...(body as object), version: 6 };
      },
    });
    await change('Industry', 'Toys');
    expect(await screen.findByText('Flowers')).toBeInTheDocument();
    expect(screen.getByLabelText('Industry', { selector: 'input' })).toHaveValue('Toys');
    await userEvent.click(screen.getByRole('button', { name: 'Save mine' }));
    await waitFor(() => expect(patches(calls)[1]?.headers.get('If-Match')).toBe('"5"'));
  });

  it('saves on what somebody changed meanwhile in another field', async () => {
    const { calls } = await openPage('/companies/7', {
      ...around,
      'PATCH /companies/7': ({ body, headers }) =>
        headers.get('If-Match') === '"2"'
          ? problem(412, 'Changed', {
              current: { ...acme, version: 5, country: 'Spain' },
              fields: { industry: { yours: 'Toys', theirs: 'Gifts', base: 'Gifts' } },
            })
          : { ...acme, ...(body as object), country: 'Spain', version: 6 },
    });
    await change('Industry', 'Toys');
    await waitFor(() => expect(patches(calls)).toHaveLength(2));
    expect(patches(calls).map(({ headers }) => headers.get('If-Match'))).toEqual(['"2"', '"5"']);
  });

  describe('does not save by itself', () => {
    const deal = { id: 5, version: 2, title: 'Lamps', name: 'Lamps', stage: 'lost', lost_reason: 'Price' };
    /** What a deal meets that somebody changed again before each try. */
    async function race(theirs: (tries: number) => object, base: string): Promise<Call[]> {
      let tries = 0;
      const { calls } = await openPage('/deals/5', {
        'GET /catalogue': () => bound,
        'GET /deals/5/page': () => ({ record: deal, related: [], timeline: { data: [], next: null } }),
        'GET /deals/5/history': () => ({ data: [], next: null }),
        'PATCH /deals/5': () =>
          problem(412, 'Changed', {
            current: { ...deal, ...theirs((tries += 1)), version: 2 + tries },
            fields: { lost_reason: { yours: 'Time', theirs: base, base } },
          }),
      });
      await change('Reason for loss', 'Time');
      return calls;
    }
    const bound = {
      ...catalogue,
      objects: catalogue.objects.map((object) => ({
        ...object,
        fields: object.fields.map((field) =>
          field.name === 'lost_reason' ? { ...field, type: 'text', required_if: 'stage = "lost"' } : field,
        ),
      })),
    };

    it('over a value that is not the one seen, whatever the log tells', async () => {
      const calls = await race(() => ({ lost_reason: 'Quality' }), 'Quality');
      expect(await screen.findByText(/Somebody changed this meanwhile/)).toBeInTheDocument();
      expect(patches(calls)).toHaveLength(1);
    });

    it('where a rule binds the field to one that somebody changed', async () => {
      const calls = await race(() => ({ stage: 'won' }), 'Price');
      expect(await screen.findByText(/changed other fields of this record/)).toBeInTheDocument();
      expect(patches(calls)).toHaveLength(1);
    });

    it('for ever while others keep changing the record, and never on a version twice', async () => {
      const calls = await race((tries) => ({ name: `Lamps ${tries}` }), 'Price');
      expect(await screen.findByText(/changed other fields of this record/)).toBeInTheDocument();
      const versions = patches(calls).map(({ headers }) => headers.get('If-Match'));
      expect(versions).toEqual(['"2"', '"3"', '"4"']);
    });
  });

  it('says why an activity was not written down, and keeps what was typed', async () => {
    await openPage('/companies/7', {
      ...around,
      'POST /activities': () => problem(503, 'Not available', { detail: 'Not available at the moment.' }),
    });
    const line = await screen.findByRole('textbox', { name: /Write down a call/ });
    await userEvent.type(line, 'Called{Enter}');
    expect(await screen.findByText('Not available at the moment.')).toBeInTheDocument();
    expect(line).toHaveValue('Called');
  });

  it('gives a task a day and a hand, and sends it once only', async () => {
    let tries = 0;
    const { calls } = await openPage('/companies/7', {
      ...around,
      'POST /activities': () =>
        (tries += 1) === 1
          ? problem(503, 'No', { detail: 'Not now.' })
          : { id: 80, version: 1, title: 'Call back' },
    });
    await userEvent.click(await screen.findByRole('radio', { name: 'Task' }));
    expect(screen.getByLabelText('Owner', { selector: 'input' })).toHaveValue('Ann Example');
    await userEvent.type(screen.getByRole('textbox', { name: /Write down a call/ }), 'Call back{Enter}');
    expect(await screen.findByText('Not now.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Add activity' }));
    await waitFor(() => expect(screen.queryByDisplayValue('Call back')).not.toBeInTheDocument());
    const sent = calls.filter(({ method, path }) => method === 'POST' && path === '/activities');
    expect(new Set(sent.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1);
    const { due_at, ...body } = sent[1]?.body as { due_at: string };
    expect(body).toMatchObject({ kind: 'task', subject: 'Call back', owner: 1, company: 7 });
    const due = new Date(due_at);
    const now = new Date();
    const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
    expect(due.getTime()).toBe(tomorrow.getTime());
  });

  it('keeps an activity that was begun while other screens are looked at, and lets it go when told', async () => {
    const { page } = await openPage('/companies/7', around);
    const line = await screen.findByRole('textbox', { name: /Write down a call/ });
    await userEvent.type(line, 'Called');
    await userEvent.type(screen.getByRole('textbox', { name: 'Details' }), 'twice');
    const leave = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leave);
    expect(leave.defaultPrevented).toBe(true);
    await userEvent.click(screen.getAllByRole('link', { name: 'Companies' })[0] as HTMLElement);
    await waitFor(() => expect(line).not.toBeInTheDocument());
    page.unmount();
    await openPage('/companies/7', around);
    expect(await screen.findByDisplayValue('Called')).toBeInTheDocument();
    expect(screen.getByDisplayValue('twice')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.getByRole('textbox', { name: /Write down a call/ })).toHaveValue('');
    const quiet = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(quiet);
    expect(quiet.defaultPrevented).toBe(false);
  });

  it('leaves a fact alone on Escape', async () => {
    const { calls } = await openPage('/companies/7', around);
    await userEvent.click(await screen.findByRole('button', { name: 'Edit Industry' }));
    await userEvent.type(screen.getByLabelText('Industry', { selector: 'input' }), 'x{Escape}');
    await screen.findByRole('button', { name: 'Edit Industry' });
    expect(screen.getByText('Gifts')).toBeInTheDocument();
    expect(patches(calls)).toHaveLength(0);
  });

  it('puts an old value back from history', async () => {
    const { calls } = await openPage('/companies/7', {
      ...around,
      'PATCH /companies/7': ({ body }) => ({ ...acme, ...(body as object), version: 3 }),
    });
    await userEvent.click(await screen.findByRole('radio', { name: 'History' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Put the old value of Industry back' }));
    await waitFor(() => expect(patches(calls)[0]?.body).toEqual({ industry: 'Toys' }));
  });
});
