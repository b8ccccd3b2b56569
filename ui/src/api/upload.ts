import { ApiError, OfflineError } from './errors';
import { address, csrfToken, type QueryValue } from './http';
import type { Problem } from './types';

function problemIn(request: XMLHttpRequest): Problem {
  const fallback = { type: 'about:blank', title: request.statusText, status: request.status };
  try {
    return { ...fallback, ...(JSON.parse(request.responseText) as Partial<Problem>), status: request.status };
  } catch {
    return fallback;
  }
}

/** Sends a file and tells how many bytes have gone: the one thing that fetch cannot do. */
export function upload<T>(
  path: string,
  query: Record<string, QueryValue>,
  file: Blob,
  onProgress: (sent: number) => void,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address(path, query));
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.setRequestHeader('X-CSRF-Token', csrfToken(document.cookie));
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status >= 400) reject(new ApiError(problemIn(request)));
      else resolve(JSON.parse(request.responseText) as T);
    };
    request.onerror = () => reject(new OfflineError(null));
    request.onabort = () => reject(new DOMException('The upload was stopped', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
