import { describe, expect, it } from 'vitest';
import type { ImportColumn, ImportPlan } from '@/api';
import {
  addable,
  addField,
  changeObject,
  columnFor,
  importable,
  inOrder,
  meanings,
  missing,
  planFor,
  removeTarget,
  samePlan,
  setField,
  setKey,
  setLink,
  unused,
} from '@/features/imports/plan';
import { isMade, ruleWords } from '@/features/imports/ruleWords';
import { catalogue, fieldOf, objectOf } from '../../kit';

const column = (name: string, ...samples: string[]): ImportColumn => ({ name, samples, filled: 1 });
const columns = [column('Name', 'Acme'), column('Stage', 'Won'), column('Agent', 'Ann'), column('Left over')];

const plan: ImportPlan = {
  targets: [
    {
      alias: 'deal',
      object: 'deal',
      key: { columns: ['Name'] },
      fields: { name: { column: 'Name' }, amount: { sum_of: 'line.amount' } },
      links: { owner: { column: 'Agent' }, company: { target: 'company' } },
    },
    { alias: 'company', object: 'company', key: { columns: ['Name'] }, fields: { name: { column: 'Name' } } },
    { alias: 'line', object: 'invoice_line', key: { columns: ['Name'], ordinal: true }, fields: {} },
  ],
};

describe('a plan', () => {
  it('is changed without touching the old one', () => {
    const before = structuredClone(plan);
    const next = setField(plan, 'deal', 'stage', { column: 'Stage' });
    expect(next.targets[0]?.fields?.stage).toEqual({ column: 'Stage' });
    expect(setField(next, 'deal', 'stage', null).targets[0]?.fields).toEqual(plan.targets[0]?.fields);
    expect(setLink(plan, 'deal', 'owner', null).targets[0]?.links).toEqual({
      company: { target: 'company' },
    });
    expect(setKey(plan, 'deal', { columns: ['Stage'] }).targets[0]?.key).toEqual({ columns: ['Stage'] });
    expect(plan).toEqual(before);
  });

  it('keeps the order of fields when one changes', () => {
    const next = setField(plan, 'deal', 'name', { column: 'Stage' });
    expect(Object.keys(next.targets[0]?.fields ?? {})).toEqual(['name', 'amount']);
  });

  it('loses with a target what others drew from it', () => {
    const next = removeTarget(removeTarget(plan, 'company'), 'line');
    expect(next.targets).toHaveLength(1);
    expect(next.targets[0]?.links).toEqual({ owner: { column: 'Agent' } });
    expect(next.targets[0]?.fields).toEqual({ name: { column: 'Name' } });
  });

  it('knows the columns that nobody reads', () => {
    expect(unused(plan, [...columns, column('import_reason')])).toEqual(['Stage', 'Left over']);
    const made = setField(plan, 'deal', 'amount', { product_of: ['Stage', 'Left over'] });
    expect(unused(made, columns)).toEqual([]);
  });

  it('is the same whatever the order of its keys', () => {
    expect(
      samePlan({ targets: [], currency: 'GBP' }, { currency: 'GBP', targets: [], timezone: undefined }),
    ).toBe(true);
    expect(samePlan({ targets: [] }, { targets: [], currency: 'GBP' })).toBe(false);
    expect(samePlan(null, { targets: [] })).toBe(false);
  });
});

describe('mapping a header', () => {
  it('finds a column by the name or any label of a field', () => {
    expect(columnFor(fieldOf('deal', 'name'), columns)).toBe('Name');
    expect(columnFor(fieldOf('deal', 'stage'), [column('단계')])).toBe('단계');
    expect(columnFor(fieldOf('deal', 'amount'), columns)).toBeUndefined();
  });

  it('makes a plan for any record type', () => {
    const made = planFor(objectOf('deal'), columns);
    expect(made.targets[0]).toMatchObject({ object: 'deal', fields: { name: { column: 'Name' } } });
  });

  it('takes the column called after the record type for its title', () => {
    const made = planFor(objectOf('company'), [column('E-mail'), column('Company')]);
    expect(made.targets[0]?.fields?.name).toEqual({ column: 'Company' });
  });

  it('says which required field nothing fills in', () => {
    const [bare] = planFor(objectOf('company'), []).targets;
    expect(bare && missing(bare, objectOf('company')).map(({ name }) => name)).toEqual(['name']);
  });

  it('is shown in the order of the catalogue', () => {
    const shown = inOrder({ country: 1, unknown: 2, name: 3 }, objectOf('company'));
    expect(shown.map(([name]) => name)).toEqual(['name', 'country', 'unknown']);
  });

  it('keeps what two record types have in common', () => {
    const next = changeObject({ targets: plan.targets.slice(0, 1) }, 'deal', objectOf('company'), columns);
    expect(next.targets[0]?.object).toBe('company');
    expect(next.targets[0]?.fields?.name).toEqual({ column: 'Name' });
    expect(next.targets[0]?.links?.owner).toEqual({ column: 'Agent' });
    expect(next.targets[0]?.fields).not.toHaveProperty('amount');
  });

  it('adds a field with its own column, else with one that nobody reads', () => {
    expect(addField(plan, 'deal', fieldOf('deal', 'stage'), columns).targets[0]?.fields?.stage).toEqual({
      column: 'Stage',
    });
    expect(addField(plan, 'deal', fieldOf('deal', 'product'), columns).targets[0]?.links?.product).toEqual({
      column: 'Stage',
    });
  });

  it('offers no derived field and none that is there already', () => {
    const target = plan.targets[1];
    const names = target ? addable(target, objectOf('company')).map(({ name }) => name) : [];
    expect(names).toContain('industry');
    expect(names).not.toContain('name');
    expect(names).not.toContain('revenue_net');
  });

  it('offers the record types that the user may write', () => {
    expect(importable(catalogue).map(({ name }) => name)).toContain('company');
  });
});

describe('cells of a choice', () => {
  const stage = fieldOf('deal', 'stage');

  it('are known by value, by label, or by what the plan says', () => {
    const found = meanings(stage, { column: 'Stage', values: { Hot: 'negotiation' } }, [
      'Won',
      'Hot',
      'Odd',
      null,
    ]);
    expect(found).toEqual([
      { cell: 'Won', option: 'won', known: true },
      { cell: 'Hot', option: 'negotiation', known: true },
      { cell: 'Odd', option: undefined, known: false },
    ]);
  });
});

describe('a rule in words', () => {
  const t = (key: string, values: Record<string, string>): string =>
    `${key}:${Object.values(values).join('|')}`;

  it('says how a value is made', () => {
    expect(ruleWords({ product_of: ['Quantity', 'Price'] }, t)).toEqual(['Quantity × Price']);
    const rule = { column: 'No', rules: [{ value: 'credit_note', starts_with: 'C' }], else: 'invoice' };
    expect(ruleWords(rule, t)).toEqual(['imports.rule.starts:credit_note|C', 'imports.rule.else:invoice']);
    expect(ruleWords({ column: 'Name' }, t)).toEqual([]);
  });

  it('tells what cannot be chosen as one column', () => {
    expect(isMade({ sum_of: 'line.amount' })).toBe(true);
    expect(isMade({ parts: { city: 'Town' } })).toBe(true);
    expect(isMade({ column: 'Name' })).toBe(false);
  });
});
