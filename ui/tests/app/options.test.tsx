import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { FieldSpec } from '@/api';
import { FieldForm } from '@/app/settings/FieldForm';
import { Notifications } from '@mantine/notifications';
import { fieldOf, objectOf, serve, show } from '../kit';

const kind: FieldSpec = { ...fieldOf('activity', 'kind'), kind: 'entered' };
const names = (body: unknown): string[] =>
  (body as { options: { value: string }[] }).options.map(({ value }) => value);

async function shown(field: FieldSpec): Promise<void> {
  await show(
    <>
      <Notifications />
      <FieldForm object={objectOf('activity')} field={field} onDone={vi.fn()} />
    </>,
  );
}

describe('the options of a field', () => {
  it('says how many records still have what was taken away', async () => {
    const taken = kind.options[0]?.value ?? '';
    const calls = serve({
      'PATCH /catalogue/objects/activity/fields/kind': () => ({ ...kind, held: { [taken]: 12, of_old: 5 } }),
    });
    await shown(kind);
    await userEvent.click(
      (await screen.findAllByRole('button', { name: 'Remove the option' }))[0] as Element,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Save field' }));
    expect(await screen.findByText('Saved. 12 records still have what you took away.')).toBeVisible();
    expect(names(calls[0]?.body)).toEqual(kind.options.slice(1).map(({ value }) => value));
  });

  it('puts back what was taken away, now or earlier', async () => {
    const former = [{ value: 'telex', label: { en: 'Telex' }, color: 'gray' }];
    const calls = serve({ 'PATCH /catalogue/objects/activity/fields/kind': () => kind });
    await shown({ ...kind, former });
    const [first] = kind.options;
    await userEvent.click(
      (await screen.findAllByRole('button', { name: 'Remove the option' }))[0] as Element,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Put back “Telex”' }));
    await userEvent.click(screen.getByRole('button', { name: `Put back “${first?.label.en}”` }));
    expect(screen.queryByRole('button', { name: /Put back/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Save field' }));
    expect(await screen.findByText('Saved')).toBeVisible();
    const rest = kind.options.slice(1).map(({ value }) => value);
    expect(names(calls[0]?.body)).toEqual([...rest, 'telex', first?.value]);
  });
});
