import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { acme, aroundAcme, openPage } from './screen';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function leave(): boolean {
  return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
}

it('whoever stays is shown what is not saved, also where the record is gone or in the trash, and lets it go', async () => {
  const drafts = {
    '1/company/7/industry': { base: 'Gifts', version: 2, draft: 'Toys' },
    '1/company/8/+activity': { kind: 'note', subject: 'They moved', body: '' },
    '1/company/+': { name: 'Novel Ltd' },
    '1/action/5/decision': { note: 'Dear', screen: { href: '/actions/5', title: 'Letters' } },
    '2/company/7/industry': { draft: "Somebody else's" },
  };
  sessionStorage.setItem('vav.drafts', JSON.stringify(drafts));
  await openPage('/companies', {
    'GET /companies/7': () => ({ ...acme, deleted_at: '2026-11-23T00:00:00Z' }),
  });
  await screen.findByText('No companies yet');
  expect(leave()).toBe(true);
  const dialog = within(await screen.findByRole('dialog', { name: 'Not saved yet' }));
  expect(await dialog.findByRole('link', { name: 'Acme' })).toHaveAttribute('href', '/companies/7');
  expect(dialog.getByRole('link', { name: 'Letters' })).toHaveAttribute('href', '/actions/5');
  expect(await dialog.findByText(/#8 \(no longer there\)/)).toHaveTextContent('They moved');
  expect(dialog.getByText(/In the trash/)).toHaveTextContent('Toys');
  expect(dialog.getByText('Novel Ltd')).toBeInTheDocument();
  expect(dialog.queryByText(/else's/)).not.toBeInTheDocument();
  for (const button of dialog.getAllByRole('button', { name: /^Discard/ })) await userEvent.click(button);
  expect(dialog.getByText('Everything is saved.')).toBeInTheDocument();
});

it('is typed and saved as ever where the browser stores nothing; the browser asks before it goes', async () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  const { calls } = await openPage('/companies/7', {
    ...aroundAcme,
    'PATCH /companies/7': ({ body }) => ({ ...acme, ...(body as object), version: 3 }),
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Edit Industry' }));
  const input = screen.getByLabelText('Industry', { selector: 'input' });
  await userEvent.type(input, '!');
  expect(input).toHaveValue('Gifts!');
  expect(leave()).toBe(true);
  await screen.findByRole('dialog', { name: 'Not saved yet' });
  await userEvent.keyboard('{Escape}');
  await userEvent.type(input, '{Enter}');
  await waitFor(() =>
    expect(calls.find(({ method }) => method === 'PATCH')?.body).toEqual({ industry: 'Gifts!' }),
  );
  await waitFor(() => expect(leave()).toBe(false));
});
