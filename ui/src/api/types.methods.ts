import type { CustomerObject } from './types.insight';
import type { ModelNote } from './types.leaving';
import type { Ref } from './types';

export type Schedule = 'by_hand' | 'daily' | 'weekly' | 'monthly';

/** There must be `least` of what `code` names. */
export interface MethodNeed {
  code: string;
  least: number;
}

export interface MethodRefusal extends MethodNeed {
  /** Null for whoever sees only some of the customers. */
  found: number | null;
}

/** Of a choice the share of customers whose class is another one, and `psi`; of a number both totals. */
export interface FieldDrift {
  changed?: number;
  psi?: number;
  before?: number | null;
  after?: number | null;
}

export interface MethodRun {
  id: number;
  object: CustomerObject;
  version: string;
  as_of: string;
  /** Null where not all customers may be seen; a run that made nothing says 0 to everybody. */
  rows: number | null;
  seconds: number;
  settings: Record<string, unknown>;
  drift: Record<string, FieldDrift> | null;
  notes: ModelNote[];
  refused: MethodRefusal[];
  finished_at: string;
  by: Ref | null;
}

export type SettingKind =
  | 'integer'
  | 'number'
  | 'flag'
  | 'choice'
  | 'choices'
  | 'codes'
  | 'text'
  | 'day'
  | 'field'
  | 'weights'
  | 'cuts'
  | 'period'
  | 'fields'
  | 'column'
  | 'columns';

export interface MethodSetting {
  name: string;
  kind: SettingKind;
  default: unknown;
  low: number | null;
  high: number | null;
  options: string[];
  value: unknown;
  /** Other methods read it, too. */
  shared: boolean;
}

export interface SettingChange {
  at: string;
  by: Ref | null;
  shared: boolean;
  changes: { name: string; before: unknown; after: unknown }[];
}

export interface Method {
  key: string;
  version: string;
  source: string;
  inputs: string[];
  outputs: string[];
  history: string[];
  needs: MethodNeed[];
  owner: Ref | null;
  schedule: Schedule;
  enabled: boolean;
  due: boolean;
  last: MethodRun[];
}

export interface WholeMethod extends Method {
  settings: MethodSetting[];
  runs: MethodRun[];
  changes: SettingChange[];
}

export interface MethodChange {
  owner?: number | null;
  schedule?: Schedule;
  enabled?: boolean;
  settings?: Record<string, unknown>;
}
