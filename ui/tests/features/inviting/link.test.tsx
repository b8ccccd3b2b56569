import { Menu } from '@mantine/core';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ApiRecord } from '@/api';
import { SignInLink } from '@/features/inviting';
import { objectOf, problem, serve, show } from '../../kit';

async function open(object: string, update = true): Promise<void> {
  const spec = objectOf(object);
  const record = { id: 7, version: 1, title: 'Ann' } as ApiRecord;
  await show(
    <Menu opened>
      <Menu.Dropdown>
        <SignInLink object={{ ...spec, can: { ...spec.can, update } }} record={record} />
      </Menu.Dropdown>
    </Menu>,
  );
}

describe('the sign-in link of a colleague', () => {
  it('is made for whose page it is', async () => {
    const calls = serve({ 'POST /sign-in-links': () => ({ path: '/sign-in?token=abc', token: 'abc' }) });
    await open('user');
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Make a sign-in link' }));
    expect(await screen.findByText(`${window.location.origin}/sign-in?token=abc`)).toBeInTheDocument();
    expect(calls[0]?.body).toEqual({ user: 7 });
  });

  it('says why there is none', async () => {
    serve({ 'POST /sign-in-links': () => problem(404, 'There is no active user 7.') });
    await open('user');
    await userEvent.click(await screen.findByRole('menuitem'));
    expect(await screen.findByText('There is no active user 7.')).toBeInTheDocument();
  });

  it('is offered for users only, and to those who may change them', async () => {
    await open('company');
    expect(screen.queryByRole('menuitem')).toBeNull();
    await open('user', false);
    expect(screen.queryByRole('menuitem')).toBeNull();
  });
});
