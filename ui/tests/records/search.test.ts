import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import { describe, expect, it } from 'vitest';
import { CatalogueView } from '@/catalogue';
import { readListSearch, viewQuery, type ListSearch } from '@/records';
import { columnsParameter, listColumns } from '@/records/columns';
import { catalogue, objectOf } from '../kit';

const full: ListSearch = {
  filter: {
    and: [
      { field: 'name', op: 'contains', value: '한국 שלום & Co' },
      { not: { related: 'invoice.company', filter: { field: 'total', op: 'gt', value: '100' } } },
    ],
  },
  sort: '-revenue_net,name',
  columns: 'name,country',
  q: '12345',
  trash: true,
  view: 4,
  open: 70,
  group: 'country',
  create: true,
};

describe('the address of a list', () => {
  it('comes back as it went', () => {
    expect(readListSearch(defaultParseSearch(defaultStringifySearch(full)))).toEqual(full);
  });

  it('drops what does not fit instead of failing', () => {
    expect(
      readListSearch({ filter: { field: 1 }, sort: 7, open: -3, view: 'x', trash: 'yes', unknown: 1 }),
    ).toEqual({});
    expect(readListSearch({ filter: { and: [{ field: 'a', op: 'eq' }, 'x'] } })).toEqual({});
    expect(readListSearch({ filter: { or: 'x' } })).toEqual({});
  });

  it('keeps a search for digits a text', () => {
    expect(readListSearch(defaultParseSearch('?q=0123'))).toEqual({ q: expect.any(String) as string });
  });
});

describe('a saved view', () => {
  it('keeps filter, sort and columns only', () => {
    expect(viewQuery(full)).toEqual({ filter: full.filter, sort: full.sort, columns: full.columns });
    expect(viewQuery({ open: 3 })).toEqual({});
  });
});

describe('columns', () => {
  const view = new CatalogueView(catalogue);
  const company = objectOf('company');

  it('are those of the object, without the title that stands first anyway', () => {
    const names = listColumns(view, company, undefined).map(({ name }) => name);
    expect(names).not.toContain('name');
    expect(names).toEqual(company.list.filter((name) => name !== 'name'));
  });

  it('follow the address, without names that do not exist', () => {
    expect(listColumns(view, company, 'country,nothing,owner,country').map(({ name }) => name)).toEqual([
      'country',
      'owner',
    ]);
  });

  it('leave the address when they are the usual ones', () => {
    expect(
      columnsParameter(
        company,
        listColumns(view, company, undefined).map(({ name }) => name),
      ),
    ).toBeUndefined();
    expect(columnsParameter(company, ['country'])).toBe('country');
  });
});
