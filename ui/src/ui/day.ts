type Part = 'year' | 'month' | 'day';

/** How a language writes a day in figures, and what it reads as one. Days are YYYY-MM-DD here as everywhere. */
export interface DayForm {
  /** The parts in their order, with what stands between: 23.11.2026, 2026. 11. 23. */
  write: (day: string) => string;
  /** The same with a word for each part in place of its figures. */
  spell: (words: Record<Part, string>) => string;
  /** Null where no day, or not exactly one, is meant. */
  read: (text: string, thisYear?: number) => string | null;
}

const MARKS = /[\u200e\u200f\u061c]/g;
const AHEAD = 20;

function instant(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** YYYY-MM-DD where the three make a day of the calendar. */
function dayOf(year: number, month: number, day: number): string | null {
  if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1) return null;
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 ? at.toISOString().slice(0, 10) : null;
}

/** A year of two figures lies at most twenty years ahead. */
function wholeYear(text: string, thisYear: number): number {
  if (text.length !== 2) return Number(text);
  const year = 2000 + Number(text);
  return year <= thisYear + AHEAD ? year : year - 100;
}

/** Names of the months, long and short, with their number. */
function monthNames(locale: string): [string, number][] {
  const styles = ['long', 'short'] as const;
  return styles.flatMap((month) => {
    const format = new Intl.DateTimeFormat(locale, { month, timeZone: 'UTC' });
    return Array.from({ length: 12 }, (_, at): [string, number] => [
      format
        .format(Date.UTC(2026, at, 1))
        .toLocaleLowerCase(locale)
        .replace(/\.$/, ''),
      at + 1,
    ]);
  });
}

/** "23 Nov 2026" and the like: the month by its name, the year by its four figures. */
function readNamed(text: string, locale: string): string | null {
  const lower = text.toLocaleLowerCase(locale);
  const named = monthNames(locale).find(([name]) => /^\p{L}+$/u.test(name) && lower.includes(name));
  const figures = text.match(/\d+/g) ?? [];
  const year = figures.find(({ length }) => length === 4);
  const day = figures.find(({ length }) => length <= 2);
  if (!named || figures.length !== 2 || !year || !day) return null;
  return dayOf(Number(year), named[1], Number(day));
}

/** Figures that stand together: 20261123, or 23112026 where the day comes first. */
function together(figures: string, order: Part[]): string[][] {
  const cut = (parts: Part[]): string[] => {
    let at = 0;
    return parts.map((part) => figures.slice(at, (at += part === 'year' ? 4 : 2)));
  };
  return [cut(order), cut(['year', 'month', 'day'])];
}

function readFigures(text: string, order: Part[], thisYear: number): string | null {
  const found = text.match(/\d+/g) ?? [];
  const read = (figures: string[], parts: Part[]): string | null => {
    const part = (name: Part): string => figures[parts.indexOf(name)] ?? '';
    const sane = figures.every(({ length }, at) => (parts[at] === 'year' ? length % 2 === 0 : length <= 2));
    return sane ? dayOf(wholeYear(part('year'), thisYear), Number(part('month')), Number(part('day'))) : null;
  };
  if (found.length === 1 && found[0]?.length === 8) {
    const [own = [], iso = []] = together(found[0], order);
    return read(own, order) ?? read(iso, ['year', 'month', 'day']);
  }
  if (found.length === 2)
    return read([...found, String(thisYear)], [...order.filter((part) => part !== 'year'), 'year']);
  if (found.length !== 3) return null;
  return read(found, found[0]?.length === 4 ? ['year', 'month', 'day'] : order);
}

export function dayForm(locale: string): DayForm {
  const format = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
    calendar: 'gregory',
    numberingSystem: 'latn',
  });
  const parts = format.formatToParts(instant('2026-11-23'));
  const order = parts.map(({ type }) => type).filter((type): type is Part => /year|month|day/.test(type));
  const spell = (words: Record<Part, string>): string =>
    parts
      .map(({ type, value }) => (type in words ? words[type as Part] : value))
      .join('')
      .replace(MARKS, '');
  return {
    write: (day) => format.format(instant(day)).replace(MARKS, ''),
    spell,
    read: (text, thisYear = new Date().getFullYear()) =>
      /\p{L}/u.test(text.replace(/[年月日년월일]/g, ''))
        ? readNamed(text, locale)
        : readFigures(text, order, thisYear),
  };
}
