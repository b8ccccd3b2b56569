import { address, call } from './http';
import type { ViewQuery } from './types.work';

export type ExportFormat = 'csv' | 'xlsx' | 'parquet';

export interface ExportRun {
  id: number;
  object: string | null;
  format: ExportFormat | 'zip';
  filename: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  job_id: number | null;
  rows: number | null;
  /** Bytes. */
  size: number | null;
  /** What the format could not hold. */
  notes: string[];
  error: string | null;
  created_at: string;
  expires_at: string;
}

/** A list, or all that is there. */
export type NewExport =
  { object: string; format: ExportFormat; query: ViewQuery & { q?: string } } | { whole: true };

export const exports = {
  start: (wanted: NewExport) => call<ExportRun>('POST', '/exports', { json: wanted }),
  read: (id: number) => call<ExportRun>('GET', `/exports/${id}`),
  remove: (id: number) => call<null>('DELETE', `/exports/${id}`),
  file: (id: number) => address(`/exports/${id}/file`),
};
