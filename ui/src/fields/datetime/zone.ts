const two = (value: number): string => String(value).padStart(2, '0');

/** An instant as the wall clock of this device shows it: YYYY-MM-DD HH:mm:ss. */
export function toLocal(value: string): string {
  const at = new Date(value);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** A wall clock of this device as an instant: RFC 3339 in UTC. */
export function toInstant(local: string): string {
  return new Date(local.replace(' ', 'T')).toISOString();
}
