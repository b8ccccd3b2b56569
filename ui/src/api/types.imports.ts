export type ImportState = 'draft' | 'checking' | 'checked' | 'running' | 'done' | 'failed';

export interface ImportColumn {
  name: string;
  samples: (string | null)[];
  filled: number;
}

export interface ImportField {
  column?: string;
  value?: string | number | boolean;
  /** Values of the file on the left, of the catalogue on the right. */
  values?: Record<string, string>;
}

export interface ImportLink {
  target?: string;
  column?: string;
  match?: string;
}

export interface ImportTarget {
  alias: string;
  object: string;
  key?: { columns: string[]; ordinal?: boolean };
  fields: Record<string, ImportField>;
  links?: Record<string, ImportLink>;
  create_missing?: boolean;
}

export interface ImportPlan {
  targets: ImportTarget[];
  currency?: string;
  timezone?: string;
}

export interface ImportCounts {
  rows: number;
  objects: Record<string, { created: number; updated: number; unchanged: number; invalid: number }>;
  invalid: number;
}

export interface ImportRun {
  id: number;
  filename: string;
  format: string;
  state: ImportState;
  columns: ImportColumn[];
  options: { encoding?: string; delimiter?: string; decimal?: string; date_order?: string };
  plan: ImportPlan | null;
  proposals: { name: string; confidence: number; plan: ImportPlan }[];
  counts: ImportCounts | null;
  job_id: number | null;
  error: string | null;
  created_at: string;
}
