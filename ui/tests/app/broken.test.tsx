import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Broken } from '@/app/shell/Broken';
import { show } from '../kit';

it('a screen whose code did not come is loaded anew once the server answers', async () => {
  const reload = vi.fn();
  vi.stubGlobal('location', { ...window.location, reload });
  const health = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue({ ok: true });
  vi.stubGlobal('fetch', health);
  await show(<Broken error={new Error('Unable to preload CSS for /assets/pivot.css')} />);
  expect(screen.getByRole('alert')).toHaveTextContent('This screen did not open.');
  const again = screen.getByRole('button', { name: 'Try again' });
  await userEvent.click(again);
  expect(reload).not.toHaveBeenCalled();
  await userEvent.click(again);
  await waitFor(() => expect(reload).toHaveBeenCalledOnce());
  vi.unstubAllGlobals();
});
