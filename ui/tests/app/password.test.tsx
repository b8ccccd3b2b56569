import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { PasswordPage } from '@/app/settings/PasswordPage';
import { problem, serve, show } from '../kit';

async function fill(current: string, wanted: string): Promise<void> {
  await show(<PasswordPage />);
  if (current) await userEvent.type(await screen.findByLabelText(/Present password/), current);
  await userEvent.type(await screen.findByLabelText(/New password/), wanted);
  await userEvent.click(screen.getByRole('button', { name: 'Set password' }));
}

describe('the own password', () => {
  it('is set for the first time', async () => {
    const calls = serve({ 'PUT /me/password': () => null });
    await fill('', 'correct horse battery');
    expect(calls[0]?.body).toEqual({ current: null, new: 'correct horse battery' });
  });

  it('stays where the present one is wrong', async () => {
    const calls = serve({ 'PUT /me/password': () => problem(409, 'The current password is not right.') });
    await fill('wrong', 'correct horse battery');
    expect(await screen.findByRole('alert')).toHaveTextContent('The current password is not right.');
    expect(calls[0]?.body).toEqual({ current: 'wrong', new: 'correct horse battery' });
  });
});
