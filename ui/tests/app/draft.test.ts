import { describe, expect, it } from 'vitest';
import type { FieldSpec } from '@/api';
import { changeOf, draftOf, isComplete, newFieldOf } from '@/app/settings/draft';

const BARE = { ...draftOf(null), label: { en: 'Weighted value' } };

describe('a field as its form holds it', () => {
  it('is complete with what its kind needs', () => {
    expect(isComplete(BARE)).toBe(true);
    expect(isComplete({ ...BARE, label: {} })).toBe(false);
    expect(isComplete({ ...BARE, kind: 'formula' })).toBe(false);
    expect(isComplete({ ...BARE, kind: 'formula', formula: 'amount * 2' })).toBe(true);
    const rollup = { object: 'deal', field: 'company', function: 'sum' } as const;
    expect(isComplete({ ...BARE, kind: 'rollup', rollup })).toBe(false);
    expect(isComplete({ ...BARE, kind: 'rollup', rollup: { ...rollup, of: 'amount' } })).toBe(true);
  });

  it('sends what its kind has, and nothing else', () => {
    const draft = { ...BARE, required: true, formula: 'amount * 2', requiredIf: 'stage = "lost"' };
    expect(newFieldOf({ ...draft, kind: 'formula', type: 'money' })).toEqual({
      name: 'weighted_value',
      label: { en: 'Weighted value' },
      type: 'money',
      formula: 'amount * 2',
    });
    expect(newFieldOf(draft)).toMatchObject({ required: true, required_if: 'stage = "lost"' });
    expect(newFieldOf(draft)).not.toHaveProperty('formula');
  });

  it('says of any kind of field whether it is known only after the fact', () => {
    const draft = { ...BARE, knownAfter: true, formula: 'amount * 2' };
    expect(newFieldOf(BARE)).not.toHaveProperty('known_after');
    for (const kind of ['entered', 'formula', 'insight'] as const) {
      expect(newFieldOf({ ...draft, kind })).toMatchObject({ known_after: true });
      expect(changeOf(draft, { kind } as FieldSpec)).toMatchObject({ known_after: true });
      expect(changeOf(BARE, { kind } as FieldSpec)).toMatchObject({ known_after: false });
    }
  });
});
