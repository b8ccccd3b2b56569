import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactElement } from 'react';
import { expect, it } from 'vitest';
import { FormModal } from '@/ui';
import { show } from '../kit';

function Held(): ReactElement {
  const [opened, setOpened] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setOpened(true)}>
        Open
      </button>
      <FormModal opened={opened} onClose={() => setOpened(false)} title="A group">
        <input aria-label="Name" />
        <button type="button" onClick={() => setOpened(false)}>
          Save
        </button>
      </FormModal>
    </>
  );
}

const closed = (): Promise<unknown> =>
  waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());

it('a dialog asks before what is typed in it goes', async () => {
  await show(<Held />);
  await userEvent.type(screen.getByLabelText('Name'), 'Best');
  await userEvent.keyboard('{Escape}');
  expect(await screen.findByRole('alert')).toHaveTextContent('What you typed here is not saved yet.');
  await userEvent.click(screen.getByRole('button', { name: 'Go on writing' }));
  expect(screen.getByLabelText('Name')).toHaveValue('Best');
  await userEvent.keyboard('{Escape}');
  await userEvent.click(await screen.findByRole('button', { name: 'Discard' }));
  await closed();
});

it('a dialog closes at once where nothing is typed, also the next time after something was saved', async () => {
  await show(<Held />);
  await userEvent.type(screen.getByLabelText('Name'), 'Best');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await closed();
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  await screen.findByLabelText('Name');
  await userEvent.keyboard('{Escape}');
  await closed();
});
