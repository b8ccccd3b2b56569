import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it } from 'vitest';
import type { Value } from '@/api';
import { InlineField } from '@/records/page/InlineField';
import { fieldOf, show } from '../kit';

it('an open editor saves on the record it began with, and nothing where nothing was typed', async () => {
  const saved: string[] = [];
  let arrive: (next: { value: Value; version: number }) => void = () => undefined;
  function Live(): React.ReactElement {
    const [{ value, version }, set] = useState<{ value: Value; version: number }>({
      value: 'Gifts',
      version: 2,
    });
    arrive = set;
    return (
      <InlineField
        field={fieldOf('company', 'industry')}
        value={value}
        editable
        onSave={(next) => saved.push(`${String(next)} on ${version}`)}
      />
    );
  }
  await show(<Live />);
  await userEvent.click(screen.getByRole('button', { name: 'Edit Industry' }));
  act(() => arrive({ value: 'Flowers', version: 3 }));
  await userEvent.keyboard('{Enter}');
  expect(saved).toEqual([]);
  expect(screen.getByText('Flowers')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Edit Industry' }));
  act(() => arrive({ value: 'Toys', version: 4 }));
  await userEvent.keyboard('!{Enter}');
  expect(saved).toEqual(['Flowers! on 3']);
});
