import type { NewRound, Ref, RoundStanding, WholeRound } from '@/api';

/** A customer on a list that is not sealed yet. */
export interface Pick extends Ref {
  note: string;
}

export interface RoundDraft extends Omit<NewRound, 'starts_on' | 'ends_on' | 'seal_by'> {
  starts_on: string | null;
  ends_on: string | null;
  /** A day; lists can be sealed until it is over. */
  seal_by: string | null;
}

const DAY = 86_400_000;

const text = (day: Date): string => day.toISOString().slice(0, 10);
const date = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** A day so many days later. */
export function daysOn(day: string, days: number): string {
  return text(new Date(date(day).getTime() + days * DAY));
}

/** The period that follows: whole months after whole months, else as many days. */
export function nextPeriod(startsOn: string, endsOn: string): [string, string] {
  const from = date(startsOn);
  const next = daysOn(endsOn, 1);
  if (from.getUTCDate() !== 1 || !next.endsWith('-01'))
    return [next, daysOn(next, (date(endsOn).getTime() - from.getTime()) / DAY)];
  const after = date(next);
  const months =
    (after.getUTCFullYear() - from.getUTCFullYear()) * 12 + after.getUTCMonth() - from.getUTCMonth();
  const end = new Date(Date.UTC(after.getUTCFullYear(), after.getUTCMonth() + months, 0));
  return [next, text(end)];
}

/** A first round: last year, sealed within a week, by oneself. */
export function firstDraft(today: string, me: number): RoundDraft {
  const year = Number(today.slice(0, 4)) - 1;
  return {
    name: String(year),
    object: 'company',
    starts_on: `${year}-01-01`,
    ends_on: `${year}-12-31`,
    seal_by: daysOn(today, 7),
    participants: [me],
    measure: 'revenue',
    hide_amounts: false,
  };
}

/** The same people and the same measure, one period on. */
export function againDraft(round: WholeRound, today: string): RoundDraft {
  const [from, to] = nextPeriod(round.starts_on, round.ends_on);
  return {
    name: `${from} – ${to}`,
    object: round.object,
    starts_on: from,
    ends_on: to,
    seal_by: daysOn(today, 7),
    participants: round.participants.map(({ user }) => user.id),
    measure: round.measure,
    hide_amounts: round.hide_amounts,
  };
}

/** What goes to the server; null while something is missing. */
export function roundOf(draft: RoundDraft): NewRound | null {
  const { starts_on: from, ends_on: to, seal_by: until, name, participants } = draft;
  if (!from || !to || !until || !name.trim() || participants.length === 0) return null;
  return { ...draft, name: name.trim(), starts_on: from, ends_on: to, seal_by: endOf(until) };
}

function endOf(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}

/** The list with one customer moved up or down. */
export function moved(picks: Pick[], at: number, by: -1 | 1): Pick[] {
  const there = at + by;
  const [one, other] = [picks[at], picks[there]];
  if (!one || !other) return picks;
  return picks.map((pick, place) => (place === at ? other : place === there ? one : pick));
}

/** The list with more customers, none twice. */
export function withMore(picks: Pick[], found: Ref[]): Pick[] {
  const fresh = found.filter(
    ({ id }, at) =>
      picks.every((pick) => pick.id !== id) && found.findIndex((other) => other.id === id) === at,
  );
  return [...picks, ...fresh.map(({ id, title }) => ({ id, title, note: '' }))];
}

/** The names that were pasted, one a line or between tabs and semicolons. */
export function namesIn(pasted: string): string[] {
  return [...new Set(pasted.split(/[\n;\t]/).map((name) => name.trim()))].filter(Boolean).slice(0, 100);
}

/** Periods in the order of time. */
export function inTime(standings: RoundStanding[]): RoundStanding[] {
  return [...standings].sort((a, b) => a.starts_on.localeCompare(b.starts_on) || a.round - b.round);
}
