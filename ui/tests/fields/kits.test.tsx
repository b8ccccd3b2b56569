import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Condition, FieldSpec, FieldTypeName, FilterValue, Operator, Value } from '@/api';
import { FieldValue, FilterText, kitOf } from '@/fields';
import { fieldOf, serve, show } from '../kit';

const base = fieldOf('company', 'name');
const options = [{ value: 'won', label: { en: 'Won' }, color: 'teal' }];

function field(type: FieldTypeName, more: Partial<FieldSpec> = {}): FieldSpec {
  return {
    ...base,
    id: `x.${type}`,
    name: type,
    type,
    label: { en: `The ${type}` },
    required: false,
    options: [],
    target: null,
    ...more,
  };
}

const SAMPLES: [FieldSpec, Value, string | RegExp][] = [
  [field('text'), 'Acme', 'Acme'],
  [field('long_text'), 'One\nTwo', /One\s+Two/],
  [field('email'), 'ann@example.com', 'ann@example.com'],
  [field('phone'), '+40722123456', '+40722123456'],
  [field('url'), 'https://www.example.com/', 'example.com'],
  [field('integer'), 12345, /12,345/],
  [field('decimal'), '12.50', /12\.5/],
  [field('percent'), '74.6', /74\.6%/],
  [field('money'), { amount: '-12.30', currency: 'GBP' }, /\(£12\.30\)/],
  [field('boolean'), false, 'No'],
  [field('date'), '2011-12-09', '9 Dec 2011'],
  [field('datetime'), new Date(Date.now() - 3 * 86_400_000).toISOString(), '3 days ago'],
  [field('choice', { options }), 'won', 'Won'],
  [field('multi_choice'), ['red', 'blue'], 'redblue'],
  [field('relation', { target: 'company' }), { id: 7, title: 'Acme' }, 'Acme'],
  [field('user', { target: 'user' }), { id: 7, title: 'Ann' }, /Ann/],
  [field('address'), { street: 'Str. 1', city: 'Iași', country: 'Romania' }, 'Str. 1, Iași, Romania'],
];

afterEach(() => void vi.unstubAllGlobals());

describe('display', () => {
  it.each(SAMPLES)('of %o', async (spec, value, text) => {
    const { container } = await show(<FieldValue field={spec} value={value} />);
    expect(container.textContent?.replace(/[\u2066\u2069]/g, '')).toMatch(text);
  });

  it('of nothing is a dash that is read as empty', async () => {
    await show(<FieldValue field={field('text')} value={null} />);
    expect(screen.getByLabelText('Empty')).toHaveTextContent('–');
  });

  it('never makes a link that runs', async () => {
    await show(<FieldValue field={field('url')} value="javascript:alert(1)" />);
    expect(screen.getByRole('link')).toHaveAttribute('href', 'https://javascript:alert(1)');
  });

  it('names what is owed back for those who listen', async () => {
    await show(<FieldValue field={field('money')} value={{ amount: '-5', currency: 'GBP' }} />);
    expect(screen.getByLabelText(/^minus/)).toBeInTheDocument();
  });
});

function Editing({ spec, seen }: { spec: FieldSpec; seen: (value: Value) => void }): ReactElement {
  const { Input } = kitOf(spec.type);
  const [value, setValue] = useState<Value>(null);
  return (
    <Input
      field={spec}
      value={value as never}
      onChange={(next) => {
        setValue(next);
        seen(next);
      }}
    />
  );
}

describe('input', () => {
  it.each<[FieldTypeName, string, Value]>([
    ['text', 'Acme', 'Acme'],
    ['email', 'a@b.co', 'a@b.co'],
    ['integer', '1996', 1996],
    ['decimal', '12.5', '12.5'],
    ['percent', '80', '80'],
    ['money', '12.30', { amount: '12.30', currency: 'GBP' }],
  ])('of %s reads what is typed', async (type, typed, value) => {
    const seen = vi.fn();
    await show(<Editing spec={field(type)} seen={seen} />);
    await userEvent.type(screen.getByLabelText(`The ${type}`), typed);
    expect(seen).toHaveBeenLastCalledWith(value);
  });

  it('of text gives nothing for an emptied input', async () => {
    const seen = vi.fn();
    await show(<Editing spec={field('text')} seen={seen} />);
    await userEvent.type(screen.getByLabelText('The text'), 'a{Backspace}');
    expect(seen).toHaveBeenLastCalledWith(null);
  });

  it('of a relation searches on the server', async () => {
    const calls = serve({
      'GET /companies': () => ({ data: [], next: null, count: null }),
      'GET /search': () => ({ data: [{ object: 'company', id: 7, title: 'Acme Ltd', subtitle: null }] }),
    });
    const seen = vi.fn();
    await show(<Editing spec={field('relation', { target: 'company' })} seen={seen} />);
    const input = screen.getByLabelText('The relation', { selector: 'input' });
    await userEvent.click(input);
    await userEvent.type(input, 'acm');
    await userEvent.click(await screen.findByText('Acme Ltd'));
    expect(seen).toHaveBeenLastCalledWith({ id: 7, title: 'Acme Ltd' });
    const asked = calls
      .filter(({ path }) => path === '/search')
      .map(({ query }) => [query.get('q'), query.get('object')]);
    expect(asked).toContainEqual(['acm', 'company']);
  });
});

function Filtering({
  spec,
  op,
  seen,
}: {
  spec: FieldSpec;
  op: Operator;
  seen: (value: FilterValue | undefined) => void;
}): ReactElement {
  const { Filter } = kitOf(spec.type);
  const [value, setValue] = useState<FilterValue | undefined>();
  return (
    <Filter
      field={spec}
      op={op}
      value={value}
      onChange={(next) => {
        setValue(next);
        seen(next);
      }}
    />
  );
}

describe('filter', () => {
  it('of text takes several words for "any of"', async () => {
    const seen = vi.fn();
    await show(<Filtering spec={field('text')} op="in" seen={seen} />);
    await userEvent.type(screen.getByLabelText('Values', { selector: 'input' }), 'France{Enter}');
    expect(seen).toHaveBeenLastCalledWith(['France']);
  });

  it('of money takes both ends for "between"', async () => {
    const seen = vi.fn();
    await show(<Filtering spec={field('money')} op="between" seen={seen} />);
    await userEvent.type(screen.getByLabelText('From'), '10');
    await userEvent.type(screen.getByLabelText('To'), '20.5');
    expect(seen).toHaveBeenLastCalledWith(['10', '20.5']);
  });

  it('of yes or no takes either', async () => {
    const seen = vi.fn();
    await show(<Filtering spec={field('boolean')} op="eq" seen={seen} />);
    await userEvent.click(screen.getByLabelText('No'));
    expect(seen).toHaveBeenLastCalledWith(false);
  });

  it('of a user offers "me"', async () => {
    serve({ 'GET /users': () => ({ data: [{ id: 3, version: 1, title: 'Bob' }], next: null, count: null }) });
    const seen = vi.fn();
    await show(<Filtering spec={field('user', { target: 'user' })} op="in" seen={seen} />);
    await userEvent.click(screen.getByLabelText('Values', { selector: 'input' }));
    await userEvent.click(await screen.findByText('Me'));
    await userEvent.click(await screen.findByText('Bob'));
    expect(seen).toHaveBeenLastCalledWith(['me', 3]);
  });
});

describe('filter text', () => {
  it.each<[FieldSpec, Condition, string]>([
    [field('choice', { options }), { field: 'x', op: 'in', value: ['won', 'lost'] }, 'Won, lost'],
    [field('date'), { field: 'x', op: 'within', value: 'P60D' }, 'the last 60 days'],
    [field('money'), { field: 'x', op: 'between', value: ['1', '2'] }, '£1.00 – £2.00'],
    [field('text'), { field: 'x', op: 'in', value: ['a', 'b', 'c', 'd', 'e'] }, 'a, b, c, 2 more'],
    [field('boolean'), { field: 'x', op: 'eq', value: true }, 'Yes'],
  ])('of %o', async (spec, { op, value }, text) => {
    const { container } = await show(<FilterText field={spec} op={op} value={value} />);
    expect(container.textContent?.replace(/[\u2066\u2069]/g, '')).toBe(text);
  });
});
