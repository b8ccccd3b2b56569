import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { PrintButton, watchPrinting } from '@/ui';
import { usePrinting } from '@/ui/printing';
import { show } from '../kit';

function Told() {
  return <output>{usePrinting() ? 'on paper' : 'on the screen'}</output>;
}

test('the browser prints a light page, and the screen is dark again afterwards', async () => {
  const root = document.documentElement;
  watchPrinting();
  await show(<Told />);
  root.setAttribute('data-mantine-color-scheme', 'dark');
  fireEvent(window, new Event('beforeprint'));
  expect(root.getAttribute('data-mantine-color-scheme')).toBe('light');
  expect(screen.getByRole('status').textContent).toBe('on paper');
  fireEvent(window, new Event('afterprint'));
  expect(root.getAttribute('data-mantine-color-scheme')).toBe('dark');
  expect(screen.getByRole('status').textContent).toBe('on the screen');
});

test('the button opens the dialog of the browser', async () => {
  const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
  await show(<PrintButton />);
  fireEvent.click(screen.getByRole('button', { name: 'Print / PDF' }));
  expect(print).toHaveBeenCalledOnce();
  expect(screen.getByText(/^Printed on/)).toBeInTheDocument();
});

test('what is not on the page yet is fetched first, and a failure prints what is there', async () => {
  const print = vi.spyOn(window, 'print').mockClear();
  let fail: (error: Error) => void = vi.fn();
  await show(<PrintButton before={() => new Promise((_, reject) => (fail = reject))} />);
  fireEvent.click(screen.getByRole('button', { name: 'Print / PDF' }));
  expect(print).not.toHaveBeenCalled();
  fail(new Error('away'));
  await waitFor(() => expect(print).toHaveBeenCalledOnce());
});
