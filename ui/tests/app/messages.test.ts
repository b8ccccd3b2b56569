import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

type Messages = Record<string, string>;

const SOURCE = join(import.meta.dirname, '../../src');
const PLURAL = /_(zero|one|two|few|many|other)$/;
const FOLDERS = [
  'app/messages',
  ...readdirSync(join(SOURCE, 'features')).map((name) => `features/${name}/messages`),
]
  .map((folder) => join(SOURCE, folder))
  .filter((folder) => existsSync(join(folder, 'en.json')));

function file(folder: string, language: string): Messages {
  const path = join(folder, `${language}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Messages) : {};
}

const read = (language: string): Messages =>
  Object.assign({}, ...FOLDERS.map((folder) => file(folder, language))) as Messages;
const en = read('en');
const known = new Set(Object.keys(en).map((key) => key.replace(PLURAL, '')));

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const code = sources(SOURCE).map((path) => readFileSync(path, 'utf8'));

function slots(text: string): string[] {
  return [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? '').sort();
}

describe('texts', () => {
  it('exist in English for every key the page uses', () => {
    const used = code.flatMap((text) => [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key]) => key ?? ''));
    expect(used.length).toBeGreaterThan(100);
    expect([...new Set(used)].filter((key) => !known.has(key))).toEqual([]);
  });

  it('stand in one place each', () => {
    const all = FOLDERS.flatMap((folder) => Object.keys(file(folder, 'en')));
    expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
  });

  it('exist for every family of keys made from a name', () => {
    const families = code.flatMap((text) =>
      [...text.matchAll(/\bt\(\s*`(\w+\.)\$\{/g)].map(([, family]) => family ?? ''),
    );
    const missing = [...new Set(families)].filter(
      (family) => ![...known].some((key) => key.startsWith(family)),
    );
    expect(missing).toEqual([]);
  });

  describe.each(['ko', 'zh', 'ro', 'he'])('in %s', (language) => {
    const messages = read(language);

    it('have no key that English lacks', () => {
      expect(Object.keys(messages).filter((key) => !known.has(key.replace(PLURAL, '')))).toEqual([]);
    });

    it('fill in the same values', () => {
      const wrong = Object.entries(messages).filter(([key, text]) => {
        const model = en[key] ?? en[`${key.replace(PLURAL, '')}_other`] ?? '';
        return slots(text).some((slot) => !slots(model).includes(slot) && slot !== 'count');
      });
      expect(wrong.map(([key]) => key)).toEqual([]);
    });

    it('have every plural form that the language needs', () => {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      const bases = new Set(
        Object.keys(messages)
          .filter((key) => PLURAL.test(key))
          .map((key) => key.replace(PLURAL, '')),
      );
      const missing = [...bases]
        .flatMap((base) => forms.map((form) => `${base}_${form}`))
        .filter((key) => !(key in messages));
      expect(missing).toEqual([]);
    });
  });
});
