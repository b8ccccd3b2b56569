import { call } from './http';
import type { Method, MethodChange, WholeMethod } from './types.methods';
import type { Job } from './types.work';

export const methods = {
  list: () => call<{ data: Method[] }>('GET', '/insight/methods').then(({ data }) => data),
  read: (key: string) => call<WholeMethod>('GET', `/insight/methods/${key}`),
  change: (key: string, change: MethodChange) =>
    call<WholeMethod>('PATCH', `/insight/methods/${key}`, { json: change }),
  run: (key: string) => call<Job>('POST', `/insight/methods/${key}/run`),
};
