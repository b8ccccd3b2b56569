import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { PolicyPanel, PolicyTool } from '@/features/policies';
import { objectOf, serve, show } from '../../kit';

const group = { id: 3, object: 'company', name: 'Lapsed', kind: 'group', shared: true, query: {} };
const nobody = () => ({ data: [], next: null });
const lists = { 'GET /users': nobody, 'GET /teams': nobody };

describe('how a group is treated', () => {
  it('is said with the group, and only what was said is sent', async () => {
    const calls = serve({
      ...lists,
      'GET /policies': () => ({ data: [] }),
      'GET /views': () => ({ data: [group] }),
      'PUT /policies/3': () => ({}),
    });
    await show(<PolicyTool object={objectOf('company')} search={{ view: 3 }} fields={[]} />);
    await userEvent.click(screen.getByRole('button', { name: 'How its members are treated' }));
    await userEvent.type(await screen.findByLabelText('One contact in days'), '30');
    await userEvent.click(screen.getByRole('button', { name: 'Keep' }));
    expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({
      principles: { contact_days: 30 },
      precedence: 100,
      note: '',
    });
  });

  it('stands on the customer, with the group that decides', async () => {
    const ruling = { principle: 'service_level', value: 'premium', precedence: 1 };
    serve({
      ...lists,
      'GET /policies/of/company/7': () => ({
        data: [{ ...ruling, group: { id: 3, title: 'Large' }, overruled: [{ id: 4, title: 'Romania' }] }],
        groups: [],
        withheld: 1,
      }),
    });
    await show(<PolicyPanel object="company" id={7} />);
    expect(await screen.findByText('Premium')).toBeVisible();
    expect(screen.getByText(/comes before Romania/)).toBeVisible();
    expect(screen.getByText(/Other groups have a say/)).toBeVisible();
  });
});
