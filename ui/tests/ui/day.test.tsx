import { Modal } from '@mantine/core';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { dayForm, DayInput } from '@/ui';
import { show } from '../kit';

describe('a day in figures', () => {
  it.each([
    ['en-GB', '23/11/2026', 'DD/MM/YYYY'],
    ['en-US', '11/23/2026', 'MM/DD/YYYY'],
    ['ko-KR', '2026. 11. 23.', 'YYYY. MM. DD.'],
    ['zh-CN', '2026/11/23', 'YYYY/MM/DD'],
    ['ro-RO', '23.11.2026', 'DD.MM.YYYY'],
    ['he-IL', '23.11.2026', 'DD.MM.YYYY'],
  ])('is written and read in %s as %s, and in ISO', (locale, written, spelled) => {
    const form = dayForm(locale);
    expect(form.write('2026-11-23')).toBe(written);
    expect(form.spell({ year: 'YYYY', month: 'MM', day: 'DD' })).toBe(spelled);
    for (const text of [written, ` ${written} `, '2026-11-23', '20261123', '2026年11月23日'])
      expect(form.read(text)).toBe('2026-11-23');
  });

  it.each([
    ['ro-RO', '1.2.26', '2026-02-01'],
    ['ro-RO', '1.2.98', '1998-02-01'],
    ['ro-RO', '23112026', '2026-11-23'],
    ['ro-RO', '23 noiembrie 2026', '2026-11-23'],
    ['en-GB', '3 4', '2026-04-03'],
    ['en-US', '3/4', '2026-03-04'],
    ['en-GB', '23 Nov 2026', '2026-11-23'],
    ['en-US', 'November 23, 2026', '2026-11-23'],
    ['he-IL', '23 בנובמבר 2026', '2026-11-23'],
    ['ko-KR', '26. 3. 4', '2026-03-04'],
    ['ko-KR', '2026년 3월 4일', '2026-03-04'],
  ])('in %s reads %s', (locale, text, day) => expect(dayForm(locale).read(text, 2026)).toBe(day));

  it.each(['', '23', '31.02.2026', '2026-13-01', '11/23/2026', '1.2.3.4', '1.2.202', 'soon', 'Nov 2026'])(
    'does not guess at %o',
    (text) => expect(dayForm('en-GB').read(text)).toBeNull(),
  );
});

function Held({
  seen,
  clearable,
}: {
  seen: (day: string | null) => void;
  clearable?: boolean;
}): ReactElement {
  const [day, setDay] = useState<string | null>('2026-11-23');
  return (
    <>
      <DayInput
        label="Due"
        value={day}
        clearable={clearable}
        onChange={(next) => {
          setDay(next);
          seen(next);
        }}
      />
      <button type="button">Save</button>
    </>
  );
}

describe('the input of a day', () => {
  it('takes what is typed when it is left, once', async () => {
    const seen = vi.fn();
    await show(<Held seen={seen} />);
    const input = screen.getByLabelText('Due');
    expect(input).toHaveValue('11/23/2026');
    await userEvent.clear(input);
    await userEvent.type(input, '2026-12-01');
    expect(seen).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(seen.mock.calls).toEqual([['2026-12-01']]);
    expect(input).toHaveValue('12/01/2026');
  });

  it('keeps what it cannot read, and says how to write it', async () => {
    const seen = vi.fn();
    await show(<Held seen={seen} />);
    const input = screen.getByLabelText('Due');
    await userEvent.clear(input);
    await userEvent.type(input, '31/31/2026{Enter}');
    expect(screen.getByText(/This is no day. Write it like/)).toBeInTheDocument();
    expect(input).toHaveValue('31/31/2026');
    expect(seen).not.toHaveBeenCalled();
    expect(input).toBeInvalid();
    await userEvent.type(input, '{Backspace}');
    expect(input).toBeValid();
  });

  it('is emptied where that is allowed, else shows what it had', async () => {
    const seen = vi.fn();
    const { unmount } = await show(<Held seen={seen} clearable />);
    await userEvent.clear(screen.getByLabelText('Due'));
    await userEvent.tab();
    expect(seen.mock.calls).toEqual([[null]]);
    unmount();
    await show(<Held seen={seen} />);
    await userEvent.clear(screen.getByLabelText('Due'));
    await userEvent.tab();
    expect(screen.getByLabelText('Due')).toHaveValue('11/23/2026');
  });

  it('takes a day of the calendar', async () => {
    const seen = vi.fn();
    await show(<Held seen={seen} />);
    await userEvent.click(screen.getByLabelText('Due'));
    await userEvent.click(await screen.findByRole('button', { name: '5 November 2026' }));
    expect(seen.mock.calls).toEqual([['2026-11-05']]);
  });

  it('opens its calendar by the arrow, is walked by keys, and Escape closes the calendar alone', async () => {
    const seen = vi.fn();
    const close = vi.fn();
    await show(
      <Modal opened onClose={close} title="A form">
        <Held seen={seen} />
      </Modal>,
    );
    const input = await screen.findByRole('combobox', { name: 'Due' });
    await userEvent.click(input);
    await userEvent.keyboard('{Escape}');
    expect(input).toHaveAttribute('aria-expanded', 'false');
    expect(close).not.toHaveBeenCalled();
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(screen.getByRole('button', { name: '23 November 2026' })).toHaveFocus());
    await userEvent.keyboard('{Escape}');
    expect(input).toHaveFocus();
    expect(close).not.toHaveBeenCalled();
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(screen.getByRole('button', { name: '23 November 2026' })).toHaveFocus());
    await userEvent.keyboard('{ArrowRight}{Enter}');
    expect(seen.mock.calls).toEqual([['2026-11-24']]);
    expect(input).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    expect(close).toHaveBeenCalledOnce();
  });
});
