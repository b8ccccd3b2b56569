import { call } from './http';

export interface SightReason {
  code: 'role' | 'open' | 'own' | 'team' | 'colleague' | 'via';
  field: string | null;
}

export interface Standing {
  user: { id: number; title: string | null };
  role: string;
  read: SightReason | null;
  update: SightReason | null;
  delete: SightReason | null;
  /** Fields that this colleague does not see. */
  hidden: string[];
}

export interface Visibility {
  data: Standing[];
  /** Colleagues whom the asker may not see. */
  others: number;
}

export const visibility = {
  of: (object: string, record: number, signal?: AbortSignal) =>
    call<Visibility>('GET', '/visibility', { query: { object, record }, signal }),
};
