import type { Labels } from '@/api';

/** A label as a name: small Latin letters, digits, underscores; empty where nothing is left. */
export function nameOf(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
  return name.slice(0, 40);
}

/** The labels that were written; English is what all others fall back to. */
export function written(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([code, text]) => (text.trim() ? [[code, text.trim()]] : [])),
  );
}
