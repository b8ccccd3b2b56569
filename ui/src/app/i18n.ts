import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = [
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'ko', name: '한국어', dir: 'ltr' },
  { code: 'zh', name: '中文', dir: 'ltr' },
  { code: 'ro', name: 'Română', dir: 'ltr' },
  { code: 'he', name: 'עברית', dir: 'rtl' },
] as const;

export type Language = (typeof LANGUAGES)[number]['code'];

const STORED = 'vav.language';

type Messages = Record<string, string>;
/** Each feature keeps its own words beside its screens; the rest stand here. */
const english = import.meta.glob<{ default: Messages }>(
  ['./messages/en.json', '../features/*/messages/en.json'],
  { eager: true },
);
const others = import.meta.glob<{ default: Messages }>([
  './messages/*.json',
  '../features/*/messages/*.json',
  '!**/en.json',
]);

function messagesOf(files: ({ default: Messages } | undefined)[]): Messages {
  return Object.assign({}, ...files.map((file) => file?.default)) as Messages;
}

function known(code: string | null | undefined): Language | undefined {
  const short = code?.slice(0, 2);
  return LANGUAGES.find((language) => language.code === short)?.code;
}

export function dirOf(language: string): 'ltr' | 'rtl' {
  return LANGUAGES.find(({ code }) => code === language)?.dir ?? 'ltr';
}

async function load(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return;
  const wanted = Object.keys(others).filter((path) => path.endsWith(`/${language}.json`));
  const found = await Promise.all(wanted.map((path) => others[path]?.()));
  i18next.addResourceBundle(language, 'translation', messagesOf(found));
}

/** Switches the page, and remembers the choice on this device. */
export async function speak(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
  document.documentElement.dir = dirOf(language);
}

/** The language of this device, if one was chosen here. */
export function chosenLanguage(): Language | undefined {
  return known(localStorage.getItem(STORED));
}

export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { en: { translation: messagesOf(Object.values(english)) } },
    react: { useSuspense: false },
  });
  const language = chosenLanguage() ?? known(navigator.language) ?? 'en';
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = dirOf(language);
}
