import { ApiError, OfflineError, problemOf } from './errors';

const ROOT = '/api/v1';

export type QueryValue = string | number | boolean | null | undefined | object;

export interface CallOptions {
  query?: Record<string, QueryValue>;
  json?: unknown;
  /** Raw body, e.g. an uploaded file. */
  body?: Blob;
  /** The version the writer saw; sent as If-Match. */
  version?: number;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The readable half of the double-submit pair; empty before sign-in. */
export function csrfToken(cookies: string): string {
  const found = cookies.split('; ').find((item) => item.startsWith('vav_csrf='));
  return found ? decodeURIComponent(found.slice('vav_csrf='.length)) : '';
}

export function address(path: string, query: Record<string, QueryValue> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    search.set(key, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const tail = search.toString();
  return `${ROOT}${path}${tail ? `?${tail}` : ''}`;
}

function headersOf(method: Method, options: CallOptions): Headers {
  const headers = new Headers({ Accept: 'application/json, application/problem+json' });
  if (options.json !== undefined) headers.set('Content-Type', 'application/json');
  if (options.body) headers.set('Content-Type', options.body.type || 'application/octet-stream');
  if (options.version !== undefined) headers.set('If-Match', `"${options.version}"`);
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey);
  if (method !== 'GET') headers.set('X-CSRF-Token', csrfToken(document.cookie));
  return headers;
}

async function send(method: Method, path: string, options: CallOptions): Promise<Response> {
  try {
    return await fetch(address(path, options.query), {
      method,
      headers: headersOf(method, options),
      body: options.body ?? (options.json === undefined ? undefined : JSON.stringify(options.json)),
      credentials: 'same-origin',
      signal: options.signal,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new OfflineError(error);
  }
}

/** One call to the server. Resolves to the parsed body (null for 204); throws ApiError or OfflineError. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  if (!response.ok) throw new ApiError(await problemOf(response));
  if (response.status === 204) return null as T;
  return (await response.json()) as T;
}

/** Like `call`, for an answer that is a file. */
export async function callFile(method: Method, path: string, options: CallOptions = {}): Promise<Blob> {
  const response = await send(method, path, options);
  if (!response.ok) throw new ApiError(await problemOf(response));
  return response.blob();
}

/** A key that no other call has; works without a secure context, unlike randomUUID. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
