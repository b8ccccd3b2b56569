/** Names of what Query keeps, so that a live event can say which of it is stale. */
export const keys = {
  me: ['me'] as const,
  catalogue: ['catalogue'] as const,
  views: ['views'] as const,
  tokens: ['tokens'] as const,
  lists: (object: string) => ['list', object] as const,
  list: (object: string, query: object) => ['list', object, query] as const,
  summary: (object: string, query: object) => ['list', object, 'summary', query] as const,
  record: (object: string, id: number) => ['record', object, id] as const,
  history: (object: string, id: number) => ['record', object, id, 'history'] as const,
  timeline: (object: string, id: number) => ['record', object, id, 'timeline'] as const,
  related: (object: string, id: number, relation: string) =>
    ['record', object, id, 'related', relation] as const,
  files: (object: string, id: number) => ['record', object, id, 'files'] as const,
  visibility: (object: string, id: number) => ['record', object, id, 'visibility'] as const,
  search: (q: string, object?: string) => ['search', q, object ?? ''] as const,
  jobs: ['jobs'] as const,
  job: (id: number) => ['jobs', id] as const,
  export: (id: number) => ['exports', id] as const,
  imports: ['imports'] as const,
  import: (id: number) => ['imports', id] as const,
  insight: ['insight'] as const,
  insightOf: (question: string, object: string, more: object = {}) =>
    ['insight', question, object, more] as const,
  valueOf: (object: string, id: number) => ['insight', 'value', object, id] as const,
};
