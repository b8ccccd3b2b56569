import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Rules } from '@/api';
import { RightsPage } from '@/app/settings/RightsPage';
import { withRule } from '@/app/settings/rules';
import { serve, show } from '../kit';

const START: Rules = { member: { deal: { read: 'own', readonly: ['amount'] } } };

describe('the rights of the roles', () => {
  it('are changed type by type, and what is not shown stays', async () => {
    const calls = serve({ 'GET /access': () => START, 'PUT /access': ({ body }) => body });
    await show(<RightsPage />);
    await userEvent.selectOptions(await screen.findByLabelText('See: Companies'), 'All');
    await userEvent.selectOptions(screen.getByLabelText('See: Deals'), 'Standard');
    await userEvent.click(screen.getByText('Reader'));
    await userEvent.selectOptions(screen.getByLabelText('See: All types'), 'None');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({
      member: { company: { read: 'all' }, deal: { readonly: ['amount'] } },
      reader: { '*': { read: 'none' } },
    });
  });

  it('forget a rule that is back to standard', () => {
    expect(withRule({ reader: { deal: { hidden: ['amount'] } } }, 'reader', 'deal', { hidden: [] })).toEqual({
      reader: {},
    });
  });
});
