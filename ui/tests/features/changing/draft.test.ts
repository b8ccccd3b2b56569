import { describe, expect, it } from 'vitest';
import type { FieldSpec, ObjectSpec } from '@/api';
import { changeOf, fieldsFor, firstDraft, modesFor, type Target } from '@/features/changing/draft';

const field = (name: string, type: string, more: Partial<FieldSpec> = {}): FieldSpec =>
  ({ id: name, name, type, derived: false, writable: true, unique: false, ...more }) as FieldSpec;

const company = {
  name: 'company',
  can: { create: true, update: true, delete: true },
  fields: [
    field('name', 'text'),
    field('number', 'text', { unique: true }),
    field('revenue_net', 'money', { derived: true }),
    field('secret', 'text', { writable: false }),
    field('owner', 'user'),
    field('tags', 'multi_choice'),
  ],
} as unknown as ObjectSpec;
const some: Target = { ids: [1, 2], all: false, search: { filter: { field: 'name', op: 'empty' } } };
const all: Target = { ...some, all: true, search: { ...some.search, q: 'acme' } };

describe('a change in the making', () => {
  it('offers what the user may fill in, for all records alike', () => {
    expect(fieldsFor(company, 'edit').map(({ name }) => name)).toEqual(['name', 'owner', 'tags']);
    expect(modesFor(company, false)).toEqual(['edit', 'assign', 'tag', 'trash']);
    expect(modesFor(company, true)).toEqual(['restore']);
    const closed = { ...company, can: { create: false, update: false, delete: false } };
    expect(modesFor(closed, false)).toEqual([]);
    expect(modesFor({ ...company, name: 'user' }, false)).toEqual([]);
  });

  it('waits until something is said', () => {
    const draft = firstDraft(company, 'edit');
    expect(changeOf(company, 'edit', draft, some)).toBeNull();
    expect(changeOf(company, 'edit', { ...draft, field: 'name' }, some)).toBeNull();
    expect(changeOf(company, 'tag', firstDraft(company, 'tag'), some)).toBeNull();
  });

  it('names the ticked records, or the filter where all that fit are meant', () => {
    const draft = { ...firstDraft(company, 'edit'), field: 'name', value: 'Acme' };
    expect(changeOf(company, 'edit', draft, some)).toEqual({
      object: 'company',
      action: 'edit',
      ids: [1, 2],
      set: { name: 'Acme' },
    });
    expect(changeOf(company, 'trash', firstDraft(company, 'trash'), all)).toEqual({
      object: 'company',
      action: 'trash',
      filter: { field: 'name', op: 'empty' },
      q: 'acme',
    });
  });

  it('empties a field, gives it to nobody, adds and takes out words', () => {
    const nobody = { ...firstDraft(company, 'assign'), empty: true };
    expect(changeOf(company, 'assign', nobody, some)?.set).toEqual({ owner: null });
    const words = { ...firstDraft(company, 'tag'), add: ['a'], remove: ['b'] };
    expect(changeOf(company, 'tag', words, some)).toMatchObject({
      add: { tags: ['a'] },
      remove: { tags: ['b'] },
    });
  });
});
