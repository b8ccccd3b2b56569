import { call } from './http';
import type { Job } from './types.work';

export const jobs = {
  list: async () => {
    const answer = await call<Job[] | { data: Job[] }>('GET', '/jobs');
    return Array.isArray(answer) ? answer : answer.data;
  },
  read: (id: number) => call<Job>('GET', `/jobs/${id}`),
  cancel: (id: number) => call<Job>('POST', `/jobs/${id}/cancellation`),
};
