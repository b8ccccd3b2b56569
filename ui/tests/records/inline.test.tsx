import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { ApiError, OfflineError, type ApiRecord, type FieldProblem } from '@/api';
import { InlineField } from '@/records/page/InlineField';
import type { Save } from '@/records/useWrites';
import { fieldOf, objectOf, show } from '../kit';

const acme = { id: 7, version: 2, title: 'Acme', industry: 'Gifts' } as unknown as ApiRecord;

interface Bench {
  saved: string[];
  /** What the next saves are answered with; null saves. */
  answers: (Error | null)[];
  arrive: (record: Partial<ApiRecord>) => void;
  away: (gone: boolean) => void;
}

/** A fact of a company whose record can change under it, and which can be walked away from. */
async function open(field = fieldOf('company', 'industry'), record = acme): Promise<Bench> {
  const bench: Bench = { saved: [], answers: [], arrive: () => undefined, away: () => undefined };
  const save: Save = (on, change) => {
    bench.saved.push(`${JSON.stringify(change[field.name])} on ${on.version}`);
    return Promise.resolve(bench.answers.shift() ?? null);
  };
  function Live(): ReactElement | null {
    const [now, set] = useState(record);
    const [gone, setGone] = useState(false);
    bench.arrive = (next) => set({ ...record, ...next } as ApiRecord);
    bench.away = setGone;
    if (gone) return null;
    return (
      <>
        <InlineField object={objectOf('company')} record={now} field={field} editable save={save} />
        <input aria-label="Elsewhere" />
      </>
    );
  }
  await show(<Live />);
  return bench;
}

const begin = (): Promise<void> => userEvent.click(screen.getByRole('button', { name: 'Edit Industry' }));
const input = (): HTMLElement => screen.getByLabelText('Industry');

function refusal(status: number, errors: FieldProblem[] = [], more: object = {}): ApiError {
  return new ApiError({ type: 'about:blank', title: 'No', status, detail: 'Told why.', errors, ...more });
}

it('an open editor saves on the record it began with, and nothing where nothing was typed', async () => {
  const { saved, arrive } = await open();
  await begin();
  act(() => arrive({ industry: 'Flowers', version: 3 }));
  await userEvent.keyboard('{Enter}');
  expect(saved).toEqual([]);
  expect(screen.getByText('Flowers')).toBeInTheDocument();
  await begin();
  act(() => arrive({ industry: 'Toys', version: 4 }));
  await userEvent.keyboard('!{Enter}');
  expect(saved).toEqual(['"Flowers!" on 3']);
});

describe('what is refused', () => {
  it.each<[string, Error, string]>([
    [
      'for its value',
      refusal(422, [{ field: 'industry', code: 'length', message: 'Too long.' }]),
      'Too long.',
    ],
    [
      'for another field',
      refusal(422, [{ field: 'country', code: 'required', message: 'Is needed.' }]),
      'Country: Is needed.',
    ],
    ['by rights', refusal(403), 'Told why.'],
    ['by an error of the server', refusal(500), 'Told why.'],
    [
      'by the network',
      Object.assign(new OfflineError(null), { message: 'The server cannot be reached.' }),
      'cannot be reached',
    ],
  ])('%s opens again with what was typed, and why', async (_what, error, words) => {
    const { saved, answers } = await open();
    answers.push(error);
    await begin();
    await userEvent.keyboard('!{Enter}');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent?.replace(/[\u2066\u2069]/g, '')).toContain(words);
    expect(input()).toHaveValue('Gifts!');
    expect(input()).toHaveFocus();
    expect(input()).toHaveAttribute('aria-invalid', 'true');
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByLabelText('Industry')).not.toBeInTheDocument());
    expect(saved).toEqual(['"Gifts!" on 2', '"Gifts!" on 2']);
  });

  it('is given up by Escape', async () => {
    const { answers, saved } = await open();
    answers.push(refusal(500));
    await begin();
    await userEvent.keyboard('!{Enter}');
    await screen.findByRole('alert');
    await userEvent.keyboard('{Escape}');
    expect(screen.getByText('Gifts')).toBeInTheDocument();
    expect(saved).toHaveLength(1);
  });

  it('waits when it is left as it is, and is tried again when it was changed', async () => {
    const { answers, saved } = await open();
    answers.push(refusal(500));
    await begin();
    await userEvent.keyboard('!{Enter}');
    await screen.findByRole('alert');
    await userEvent.click(screen.getByLabelText('Elsewhere'));
    expect(input()).toHaveValue('Gifts!');
    await userEvent.type(input(), '?');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    await userEvent.click(screen.getByLabelText('Elsewhere'));
    expect(saved.at(-1)).toBe('"Gifts!?" on 2');
  });

  it('does not tear away whoever writes elsewhere meanwhile', async () => {
    const { answers } = await open();
    answers.push(refusal(500));
    await begin();
    await userEvent.keyboard('!');
    await userEvent.click(screen.getByLabelText('Elsewhere'));
    await screen.findByRole('alert');
    expect(screen.getByLabelText('Elsewhere')).toHaveFocus();
  });

  it('because somebody else was faster shows theirs, and saves mine on their version', async () => {
    const { answers, saved } = await open();
    answers.push(refusal(412, [], { current: { ...acme, version: 5, industry: 'Flowers' } }));
    await begin();
    await userEvent.keyboard('!{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent(/Somebody changed this.*Flowers/);
    expect(input()).toHaveValue('Gifts!');
    await userEvent.click(screen.getByRole('button', { name: 'Save mine' }));
    expect(saved).toEqual(['"Gifts!" on 2', '"Gifts!" on 5']);
  });

  it('keeps a choice, too', async () => {
    const field = fieldOf('activity', 'kind');
    const { answers } = await open(field, { ...acme, kind: null });
    answers.push(refusal(403));
    await userEvent.click(screen.getByRole('button', { name: /^Edit / }));
    await userEvent.click(await screen.findByRole('option', { name: field.options[0]?.label.en }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Told why.');
    expect(screen.getByDisplayValue(field.options[0]?.label.en ?? '')).toBeInTheDocument();
  });
});

it('what is typed waits while other screens are looked at', async () => {
  const { away } = await open();
  await begin();
  await userEvent.keyboard('!');
  act(() => away(true));
  act(() => away(false));
  expect(input()).toHaveValue('Gifts!');
});

it('a day that cannot be read stays in its editor; one that can is saved when it is left', async () => {
  const field = { ...fieldOf('company', 'industry'), type: 'date' as const };
  const { saved } = await open(field, { ...acme, industry: '2026-11-23' } as unknown as ApiRecord);
  await begin();
  await userEvent.clear(input());
  await userEvent.type(input(), '99/99/2026');
  await userEvent.click(screen.getByLabelText('Elsewhere'));
  expect(input()).toHaveValue('99/99/2026');
  expect(screen.getByText(/This is no day/)).toBeInTheDocument();
  await userEvent.clear(input());
  await userEvent.type(input(), '12/24/2026');
  expect(saved).toEqual([]);
  await userEvent.click(screen.getByLabelText('Elsewhere'));
  expect(saved).toEqual(['"2026-12-24" on 2']);
});
