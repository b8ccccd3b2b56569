const PLACES = 4;

function units(amount: string): bigint {
  const negative = amount.startsWith('-');
  const [whole = '0', part = ''] = amount.replace('-', '').split('.');
  const found = BigInt(whole + part.padEnd(PLACES, '0').slice(0, PLACES));
  return negative ? -found : found;
}

/** Adds decimal strings of up to four places exactly; no cent goes astray. */
export function sumAmounts(amounts: string[]): string {
  const total = amounts.reduce((sum, amount) => sum + units(amount), 0n);
  const text = (total < 0n ? -total : total).toString().padStart(PLACES + 1, '0');
  const part = text.slice(-PLACES).replace(/0{1,2}$/, '');
  return `${total < 0n ? '-' : ''}${text.slice(0, -PLACES)}.${part}`;
}
