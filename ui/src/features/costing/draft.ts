import type { NewRate, Rates, RateUnit } from '@/api';

/** What the form holds: numbers as their inputs keep them. */
export interface RateDraft {
  driver: string;
  unit: RateUnit;
  amount: number | '';
  minutes: number | '';
  from: string | null;
  /** No price any more from that day on. */
  ends: boolean;
}

/** Early enough for everything that was ever done. */
const ALWAYS = '2000-01-01';

/** Drivers whose work takes time; only they can be priced by the hour. */
export function isTimed(rates: Rates, driver: string): boolean {
  return rates.drivers[driver]?.includes('hour') ?? false;
}

/** A first rate holds for all of the past, the next ones from today on. */
export function draftOf(rates: Rates, driver: string, today: string): RateDraft {
  const now = rates.now.find((rate) => rate.driver === driver);
  return {
    driver,
    unit: now?.unit ?? rates.drivers[driver]?.[0] ?? 'each',
    amount: now?.amount ? Number(now.amount) : '',
    minutes: now?.minutes ? Number(now.minutes) : '',
    from: now ? today : ALWAYS,
    ends: false,
  };
}

/** What goes to the server; null while something is missing. */
export function rateOf(draft: RateDraft): NewRate | null {
  const { driver, unit, amount, minutes, from, ends } = draft;
  if (!from || (amount === '' && !ends)) return null;
  return {
    driver,
    unit,
    amount: ends ? null : String(amount),
    valid_from: from,
    minutes: unit === 'hour' && minutes !== '' && !ends ? String(minutes) : null,
  };
}
