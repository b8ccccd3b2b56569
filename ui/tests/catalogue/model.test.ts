import { describe, expect, it } from 'vitest';
import { CatalogueView, label } from '@/catalogue';
import { catalogue, objectOf } from '../kit';

describe('label', () => {
  it('falls back to English, then to any language', () => {
    expect(label({ en: 'Deal', ko: '거래' }, 'ko')).toBe('거래');
    expect(label({ en: 'Deal' }, 'he')).toBe('Deal');
    expect(label({ ro: 'Tichet' }, 'en')).toBe('Tichet');
    expect(label(null, 'en')).toBe('');
  });
});

describe('CatalogueView', () => {
  const view = new CatalogueView(catalogue);

  it('finds objects by both names', () => {
    expect(view.object('person')?.plural).toBe('people');
    expect(view.byPlural.get('people')?.name).toBe('person');
  });

  it('follows a path over one relation', () => {
    expect(view.field(objectOf('deal'), 'amount')?.type).toBe('money');
    expect(view.field(objectOf('deal'), 'company.country')?.name).toBe('country');
    expect(view.field(objectOf('deal'), 'stage.country')).toBeUndefined();
    expect(view.field(objectOf('deal'), 'nothing')).toBeUndefined();
  });

  it('gives the default list in its order', () => {
    expect(view.listFields(objectOf('company'))[0]?.name).toBe('name');
  });
});
