import type { ApiRecord, FieldProblem, Problem } from './types';

/** An answer of the server that is not a success, with its problem+json body (RFC 9457). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }

  get fieldProblems(): FieldProblem[] {
    return this.problem.errors ?? [];
  }

  /** One message per field; the first wins. */
  get byField(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const item of this.fieldProblems) found[item.field] ??= item.message;
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
    super('The server cannot be reached');
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
