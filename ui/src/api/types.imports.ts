export type ImportState =
  'draft' | 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'rolling_back' | 'rolled_back';

export interface ImportColumn {
  name: string;
  samples: (string | null)[];
  filled: number;
  /** The field type that its cells suggest. */
  suggested?: string;
}

/** A value by what the cell holds. */
export interface ImportRule {
  value: string;
  starts_with?: string;
  equals?: string;
  contains?: string;
}

/** A period by name or number: `start` is the first day of number `first`, or numbers count within `year`. */
export interface ImportPeriod {
  unit: 'day' | 'week' | 'month' | 'quarter' | 'half' | 'year';
  start?: string;
  first?: number;
  /** The column of the year. */
  year?: string;
}

/** Where the value of one field comes from: the first of these that is given. */
export interface ImportField {
  value?: string | number | boolean | string[];
  column?: string;
  /** The column to read where the first is empty. */
  or?: string;
  /** Values of the file on the left, of the catalogue on the right. */
  values?: Record<string, string>;
  rules?: ImportRule[];
  else?: string;
  /** Cells in one, with `between` (a blank) between them. */
  joined?: string[];
  between?: string;
  /** The cell tells a period; the value is its first day. */
  period?: ImportPeriod;
  product_of?: string[];
  parts?: Record<string, string>;
  sum_of?: string;
  /** A word with the number of the row behind it. */
  numbered?: string;
  keep?: boolean;
  currency?: string;
  currency_column?: string;
}

export interface ImportLink {
  target?: string;
  column?: string;
  /** auto, external_id, title, id, or a text field of the linked object. */
  match?: string;
  create_missing?: boolean;
  keep?: boolean;
}

export interface ImportTarget {
  alias: string;
  object: string;
  key?: { columns: string[]; ordinal?: boolean; field?: string; own?: boolean; adopt?: string | null };
  fields?: Record<string, ImportField>;
  links?: Record<string, ImportLink>;
  create_missing?: boolean;
  optional?: boolean;
  /** Only such rows have the record. */
  where?: { column: string; values?: string[]; nonzero?: boolean };
}

export interface ImportPlan {
  targets: ImportTarget[];
  /** Columns of ids where 1.0 means 1. */
  whole?: string[];
  /** Columns that say nothing of their own. */
  left?: { column: string; because: 'square' | 'flag'; of: string }[];
  /** Which target a column without a field is about. */
  belongs?: Record<string, string>;
  currency?: string | null;
  timezone?: string;
}

export interface ImportOptions {
  encoding?: string;
  delimiter?: string;
  decimal?: string;
  date_order?: string;
  sheet?: string | null;
}

export interface Outcomes {
  created: number;
  updated: number;
  unchanged: number;
  invalid: number;
}

/** New records that another new one, or one that is there, shares its name with; `there`: of them the latter. */
export interface Alike {
  rows: number;
  there: number;
}

export interface ImportCounts {
  rows: number;
  objects: Record<string, Outcomes>;
  invalid: number;
  /** Of a check, by record type. */
  alike?: Record<string, Alike>;
}

export interface ImportProblem {
  row: number;
  target: string;
  column: string;
  value: string;
  code: string;
  message: string;
  remedy: string;
}

/** What taking an import back did; `rows` are the first of those that stay. */
export interface Undone {
  restored: number;
  removed: number;
  kept: number;
  reasons: Partial<Record<KeptReason, number>>;
  rows: { object: string; id: number; reason: KeptReason; fields: string[] }[];
}

export type KeptReason = 'edited' | 'linked' | 'taken' | 'circle' | 'access';

export interface ImportRun {
  id: number;
  filename: string;
  format: string;
  state: ImportState;
  columns: ImportColumn[];
  options: ImportOptions;
  plan: ImportPlan | null;
  proposals: { name: string; confidence: number; plan: ImportPlan }[];
  counts: ImportCounts | null;
  /** The first bad rows; only when one import is asked for. */
  errors: ImportProblem[];
  job_id: number | null;
  error: string | null;
  created_at: string;
  can_roll_back: boolean;
  undone: Undone | null;
}

/** What came of one file of several; the outcomes add up to `rows`. */
export interface SetFile {
  name: string;
  state: 'imported' | 'left' | 'failed';
  kind: string;
  reason: string;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  same: number;
  skipped: Record<string, number>;
  refused: Record<string, number>;
  remarks: Record<string, number>;
  import_id: number | null;
}

export interface ImportSet {
  id: number;
  imports: number[];
  state: 'running' | 'done' | 'failed' | 'rolled_back';
  files: SetFile[];
  job_id: number | null;
  error: string | null;
  can_roll_back: boolean;
}
