import { call } from './http';
import type { SavedView } from './types.work';

export type NewView = Omit<SavedView, 'id' | 'mine'>;

export const views = {
  list: async (object?: string) => {
    const answer = await call<SavedView[] | { data: SavedView[] }>('GET', '/views', { query: { object } });
    return Array.isArray(answer) ? answer : answer.data;
  },
  create: (view: NewView) => call<SavedView>('POST', '/views', { json: view }),
  change: (id: number, view: Partial<NewView>) => call<SavedView>('PATCH', `/views/${id}`, { json: view }),
  remove: (id: number) => call<null>('DELETE', `/views/${id}`),
};
