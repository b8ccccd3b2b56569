import i18next from 'i18next';
import { isolate } from '@/ui/format';
import type { ApiRecord, FieldProblem, Problem } from './types';

/** The server writes English; a page in another language tells each kind of problem in its own words. */
function own(key: string): string | undefined {
  return i18next.language !== 'en' && i18next.exists(key) ? i18next.t(key) : undefined;
}

/** Kinds whose detail names what clashed or what is missing: it stands behind the words of the kind. */
const TELLING = new Set(['bad-request', 'conflict', 'forbidden', 'internal', 'too-large', 'unavailable']);

function told({ type, title, detail }: Problem): string {
  const kind = type.split('#')[1] ?? '';
  // The server's own words are for programs, too: they speak of tokens.
  if (kind === 'unauthenticated') return i18next.t(`problem.${kind}`, { defaultValue: detail ?? title });
  const words = own(`problem.${kind}`);
  if (!words) return detail ?? title;
  return TELLING.has(kind) && detail ? `${words} (${isolate(detail)})` : words;
}

/** What is wrong with one value, in the language of the page where it knows words for that. */
export function toldOfValue<T extends Pick<FieldProblem, 'code' | 'message' | 'remedy'>>(problem: T): T {
  const words = own(`problemOf.${problem.code}`);
  return words ? { ...problem, message: words, remedy: '' } : problem;
}

/** An answer of the server that is not a success, with its problem+json body (RFC 9457). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(told(problem));
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }

  get fieldProblems(): FieldProblem[] {
    return (this.problem.errors ?? []).map(toldOfValue);
  }

  /** One message per field, also of what is wrong in a part of it; the first wins. */
  get byField(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const { field, message, remedy } of this.fieldProblems) {
      const words = [message, remedy].filter(Boolean).join(' ');
      found[field] ??= words;
      found[field.split('.')[0] ?? ''] ??= words;
    }
    return found;
  }

  /** The record as it stands now, when someone else changed it first (412). */
  get current(): ApiRecord | null {
    return this.status === 412 ? (this.problem.current ?? null) : null;
  }
}

/** The server could not be reached; nothing was saved. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super(i18next.t('problem.offline', { defaultValue: 'The server cannot be reached.' }));
    this.name = 'OfflineError';
    this.cause = cause;
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
  };
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return fallback;
    return { ...fallback, ...(body as Partial<Problem>), status: response.status };
  } catch {
    return fallback;
  }
}
