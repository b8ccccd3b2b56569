import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { problem, type Call } from '../kit';
import { openPage } from './screen';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const rows = [
  {
    id: 7,
    version: 1,
    title: 'Acme',
    name: 'Acme',
    abc_class: 'A',
    revenue_net: { amount: '12.30', currency: 'GBP' },
  },
  {
    id: 8,
    version: 4,
    title: '최씨네 선물가게',
    name: '최씨네 선물가게',
    abc_class: 'C',
    revenue_net: { amount: '-5.00', currency: 'GBP' },
  },
];
const companies = (): unknown => ({ data: rows, next: null, count: { value: 10_000, capped: true } });
const asked = (calls: Call[]): Call[] =>
  calls.filter(({ method, path }) => method === 'GET' && path === '/companies');
const address = (): URLSearchParams => new URLSearchParams(window.location.search);

describe('a list', () => {
  it('shows rows, a capped count, and money the way of accountancy', async () => {
    await openPage('/companies', { 'GET /companies': companies });
    expect(await screen.findByText('Acme')).toBeInTheDocument();
    expect(screen.getByText('10,000+')).toBeInTheDocument();
    expect(screen.getByLabelText(/^minus/)).toHaveTextContent('(£5.00)');
  });

  it('says that search is still being prepared, rather than that nothing fits', async () => {
    const found = { data: [] as unknown[], next: null, count: { value: 0, capped: false }, partial: true };
    await openPage('/companies?q=acme', { 'GET /companies': () => found });
    expect(await screen.findByText('Search is still being prepared')).toBeInTheDocument();
    expect(screen.queryByText(/fit these filters/)).toBeNull();
  });

  it('says above what was found that more may come', async () => {
    await openPage('/companies?q=acme', {
      'GET /companies': () => ({ data: rows, next: null, count: null, partial: true }),
    });
    await screen.findByText('Acme');
    expect(screen.getByText(/still being prepared for search/)).toBeInTheDocument();
  });

  it('asks for what the address says', async () => {
    const filter = { field: 'abc_class', op: 'in', value: ['A'] };
    const { calls } = await openPage(
      `/companies?sort=-revenue_net&filter=${encodeURIComponent(JSON.stringify(filter))}`,
      { 'GET /companies': companies },
    );
    await screen.findByText('Acme');
    const query = asked(calls)[0]?.query;
    expect(query?.get('sort')).toBe('-revenue_net');
    expect(JSON.parse(query?.get('filter') ?? '')).toEqual(filter);
    expect(query?.get('count')).toBe('true');
    expect(screen.getByRole('search')).toHaveTextContent(/ABC class is any of A/);
  });

  it('sorts by a click on a column, in the address', async () => {
    const { calls } = await openPage('/companies', { 'GET /companies': companies });
    await userEvent.click(await screen.findByRole('button', { name: 'Net revenue' }));
    await waitFor(() => expect(address().get('sort')).toBe('revenue_net'));
    await userEvent.click(screen.getByRole('button', { name: 'Net revenue' }));
    await waitFor(() => expect(address().get('sort')).toBe('-revenue_net'));
    await waitFor(() => expect(asked(calls).at(-1)?.query.get('sort')).toBe('-revenue_net'));
  });

  it('filters by a field, from choosing it to the address', async () => {
    await openPage('/companies', { 'GET /companies': companies });
    await screen.findByText('Acme');
    await userEvent.click(screen.getByRole('button', { name: 'Filter' }));
    await userEvent.type(await screen.findByLabelText('Field'), 'abc cl{Enter}');
    await userEvent.click(await screen.findByLabelText('A'));
    await userEvent.click(screen.getByText('Apply filter'));
    await waitFor(() =>
      expect(JSON.parse(address().get('filter') ?? 'null')).toEqual({
        field: 'abc_class',
        op: 'in',
        value: ['A'],
      }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Remove the filter' }));
    await waitFor(() => expect(address().get('filter')).toBeNull());
  });

  it('asks how many related records there are', async () => {
    await openPage('/companies', { 'GET /companies': companies });
    await screen.findByText('Acme');
    await userEvent.click(screen.getByRole('button', { name: 'Filter' }));
    await userEvent.type(await screen.findByLabelText('Field'), 'activi');
    const around = await screen.findByLabelText('Related records');
    await userEvent.click(within(around).getByText('Activities'));
    await userEvent.selectOptions(await screen.findByLabelText('Operator'), 'has more than');
    await userEvent.click(screen.getByText('Apply filter'));
    await waitFor(() =>
      expect(JSON.parse(address().get('filter') ?? 'null')).toEqual({
        related: 'activity.company',
        count: { op: 'gt', value: 3 },
      }),
    );
  });

  it('opens the row under the cursor beside it', async () => {
    const whole = { record: rows[1], related: [], timeline: { data: [], next: null } };
    await openPage('/companies', { 'GET /companies': companies, 'GET /companies/8/page': () => whole });
    await screen.findByText('Acme');
    await userEvent.keyboard('jj{Enter}');
    await waitFor(() => expect(address().get('open')).toBe('8'));
    expect(await screen.findByRole('heading', { name: '최씨네 선물가게' })).toBeInTheDocument();
    expect(screen.getByRole('complementary', { name: 'Company' })).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(address().get('open')).toBeNull());
  });

  it('says what is missing when it is empty, and what happened when it fails', async () => {
    const first = await openPage('/companies', {});
    expect(await screen.findByText('No companies yet')).toBeInTheDocument();
    first.page.unmount();
    await openPage('/companies', {
      'GET /companies': () => problem(400, 'Bad request', { detail: 'There is no field x.' }),
    });
    expect(await screen.findByRole('alert')).toHaveTextContent('There is no field x.');
  });

  it('says that a field is out of sight until a list of key customers is sealed', async () => {
    await openPage('/companies?sort=-monetary', {
      'GET /companies': () => problem(400, 'Bad request', { detail: "company has no field 'monetary'." }),
      'GET /key-customers/rounds': () => ({ data: [{ id: 3, state: 'open' }] }),
    });
    expect(await screen.findByText('These figures come back once your list is sealed')).toBeInTheDocument();
  });

  it('puts the refusals of the server beside the fields of the form', async () => {
    const errors = [{ field: 'name', code: 'required', message: 'A name is needed.' }];
    await openPage('/companies?create=true', {
      'POST /companies': () => problem(422, 'Not valid', { errors }),
    });
    const form = await screen.findByRole('dialog');
    await userEvent.click(within(form).getByRole('button', { name: 'Create' }));
    expect(await within(form).findByText('A name is needed.')).toBeInTheDocument();
    const name = within(form).getByLabelText(/Name/);
    expect(name).toHaveFocus();
    await userEvent.type(name, 'X');
    expect(within(form).queryByText('A name is needed.')).toBeNull();
  });

  it('has no page for a kind of record that is not there, but a way home', async () => {
    await openPage('/nosuch', {});
    expect(await screen.findByRole('link', { name: 'Open the customer base' })).toHaveAttribute(
      'href',
      '/base',
    );
  });
});

describe('sign-in', () => {
  it('stands before everything else, and leads back', async () => {
    await openPage('/companies?sort=name', { 'GET /me': () => problem(401, 'Sign in first') });
    expect(await screen.findByLabelText(/Password/, { selector: 'input' })).toBeInTheDocument();
    expect(address().get('next')).toBe('/companies?sort=name');
  });

  it('never leads to another site', async () => {
    const { readSignInSearch } = await import('@/app/session/SignIn');
    expect(readSignInSearch({ next: '//evil.example' })).toEqual({});
    expect(readSignInSearch({ next: 'https://evil.example' })).toEqual({});
    expect(readSignInSearch({ next: '/\\evil.example' })).toEqual({});
    expect(readSignInSearch({ next: '/people', token: 12 })).toEqual({ next: '/people', token: '12' });
  });
});
