import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { me, problem, type Call } from '../kit';
import { acme, aroundAcme, openPage } from './screen';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A record page whose session has ended; a door lets in again. */
async function expire(): Promise<{ calls: Call[]; door: { open: boolean } }> {
  const door = { open: false };
  let asked = 0;
  const out = (): Response =>
    problem(401, 'Sign in first', { type: '/problems#unauthenticated', detail: 'Send an API token.' });
  const { calls } = await openPage('/companies/7', {
    ...aroundAcme,
    'GET /me': () => (door.open || asked++ === 0 ? me : out()),
    'PATCH /companies/7': ({ body }) => (door.open ? { ...acme, ...(body as object), version: 3 } : out()),
    'POST /sessions': () => {
      door.open = true;
      return { user: me.user };
    },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Edit Industry' }));
  await userEvent.type(screen.getByLabelText('Industry', { selector: 'input' }), '!{Enter}');
  await screen.findByRole('dialog', { name: 'Sign in again' });
  return { calls, door };
}

const closed = (): Promise<unknown> =>
  waitFor(() => expect(screen.queryByRole('dialog', { name: 'Sign in again' })).not.toBeInTheDocument());

it('a session that ended asks to sign in over the page; what was typed is there, and saved by another try', async () => {
  const { calls } = await expire();
  expect(await screen.findByText('You are signed out. Sign in again.')).toBeInTheDocument();
  expect(screen.getByDisplayValue('ann@example.com')).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  await userEvent.type(screen.getByLabelText(/Password/, { selector: 'input' }), 'secret{Enter}');
  await closed();
  expect(screen.getByDisplayValue('Gifts!')).toBeInTheDocument();
  const patches = (): Call[] => calls.filter(({ method }) => method === 'PATCH');
  expect(patches()).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(patches()).toHaveLength(2));
  expect(patches()[1]?.body).toEqual({ industry: 'Gifts!' });
});

it('goes on by itself when one has signed in in another tab', async () => {
  const { door } = await expire();
  fireEvent.focus(window);
  expect(await screen.findByRole('dialog', { name: 'Sign in again' })).toBeInTheDocument();
  door.open = true;
  fireEvent.focus(window);
  await closed();
  expect(screen.getByDisplayValue('Gifts!')).toBeInTheDocument();
});
