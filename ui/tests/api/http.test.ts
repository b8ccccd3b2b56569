import i18next from 'i18next';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, OfflineError, records } from '@/api';
import { address, call, csrfToken, newKey } from '@/api/http';
import { toWire } from '@/api/records';
import { problem, serve } from '../kit';

afterEach(() => {
  vi.unstubAllGlobals();
  document.cookie = 'vav_csrf=; max-age=0';
});

describe('address', () => {
  it('leaves out what is not set and writes trees as JSON', () => {
    const filter = { field: 'amount', op: 'gt', value: '100' };
    const url = new URL(
      address('/deals', { filter, sort: '-amount', cursor: undefined, q: '', trash: null }),
      'http://x',
    );
    expect(url.pathname).toBe('/api/v1/deals');
    expect([...url.searchParams.keys()]).toEqual(['filter', 'sort']);
    expect(JSON.parse(url.searchParams.get('filter') ?? '')).toEqual(filter);
  });
});

describe('call', () => {
  it('sends the CSRF token of the cookie with writes and not with reads', async () => {
    document.cookie = 'vav_csrf=a%2Bb';
    const calls = serve({ 'GET /me': () => ({}), 'POST /tokens': () => ({}) });
    await call('GET', '/me');
    await call('POST', '/tokens', { json: { name: 'x' } });
    expect(calls[0]?.headers.has('X-CSRF-Token')).toBe(false);
    expect(calls[1]?.headers.get('X-CSRF-Token')).toBe('a+b');
  });

  it('finds no token where there is none', () => {
    expect(csrfToken('')).toBe('');
    expect(csrfToken('other=1; vav_csrf=x')).toBe('x');
  });

  it('turns a problem into an ApiError with one message per field', async () => {
    const errors = [
      {
        field: 'email',
        code: 'email',
        message: 'This is no e-mail address.',
        remedy: 'Write it like ann@example.com.',
      },
      { field: 'email', code: 'length', message: 'Too long.' },
    ];
    serve({ 'POST /people': () => problem(422, 'Not valid', { detail: 'Some values do not fit.', errors }) });
    const failure = await records.create('people', { email: 'x' }, newKey()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    const error = failure as ApiError;
    expect(error.status).toBe(422);
    expect(error.message).toBe('Some values do not fit.');
    expect(error.byField).toEqual({ email: 'This is no e-mail address. Write it like ann@example.com.' });
    expect(error.current).toBeNull();
  });

  it('survives an answer that is no JSON', async () => {
    serve({
      'GET /me': () => new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' }),
    });
    await expect(call('GET', '/me')).rejects.toMatchObject({ status: 502, message: 'Bad Gateway' });
  });

  it('says that the server cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(call('GET', '/me')).rejects.toBeInstanceOf(OfflineError);
  });

  it('gives null for an answer without content', async () => {
    serve({ 'DELETE /tokens/3': () => new Response(null, { status: 204 }) });
    await expect(call('DELETE', '/tokens/3')).resolves.toBeNull();
  });
});

describe('records', () => {
  it('sends the version it saw, and keeps the record that won', async () => {
    const current = { id: 7, version: 3, title: 'Acme' };
    const calls = serve({ 'PATCH /companies/7': () => problem(412, 'Changed since', { current }) });
    const failure = (await records
      .update('companies', 7, 2, { name: 'Acme Ltd' })
      .catch((error: unknown) => error)) as ApiError;
    expect(calls[0]?.headers.get('If-Match')).toBe('"2"');
    expect(failure.current).toEqual(current);
  });

  it('creates under an idempotency key and points at records by id', async () => {
    const calls = serve({ 'POST /deals': () => ({ id: 1 }) });
    await records.create('deals', { name: 'Big', company: { id: 7, title: 'Acme' } }, 'k1');
    expect(calls[0]?.headers.get('Idempotency-Key')).toBe('k1');
    expect(calls[0]?.body).toEqual({ name: 'Big', company: 7 });
  });

  it('leaves money, addresses and lists as they are', () => {
    const draft = {
      amount: { amount: '1.00', currency: 'GBP' },
      tags: ['a'],
      address: { city: 'Iași' },
      note: null,
    };
    expect(toWire(draft)).toEqual(draft);
  });

  it('makes keys that differ', () => {
    expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
    expect(newKey()).not.toBe(newKey());
  });
});

describe('problems in another language', () => {
  it('are told by their kind; what names the clash stands behind', async () => {
    const problemOf = { required: 'חובה למלא.' };
    await i18next.init({
      lng: 'he',
      keySeparator: false,
      nsSeparator: false,
      resources: {
        he: { translation: { 'problem.conflict': 'התנגשות.', 'problemOf.required': problemOf.required } },
      },
    });
    const clash = new ApiError({
      type: 'about:blank#conflict',
      title: 'This clashes',
      status: 409,
      detail: 'There is a view Best.',
      errors: [{ field: 'name.first', code: 'required', message: 'This is missing.', remedy: 'Fill it in.' }],
    });
    expect(clash.message).toBe('התנגשות. (\u2066There is a view Best.\u2069)');
    expect(clash.byField).toEqual({ 'name.first': problemOf.required, name: problemOf.required });
    const other = new ApiError({ type: 'about:blank#odd', title: 'Odd', status: 400 });
    expect(other.message).toBe('Odd');
  });
});
