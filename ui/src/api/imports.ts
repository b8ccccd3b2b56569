import { address, call } from './http';
import type { ImportOptions, ImportPlan, ImportRun, ImportSet } from './types.imports';
import type { Job } from './types.work';
import { upload } from './upload';

export const imports = {
  list: async () => {
    const answer = await call<ImportRun[] | { data: ImportRun[] }>('GET', '/imports');
    return Array.isArray(answer) ? answer : answer.data;
  },
  read: (id: number) => call<ImportRun>('GET', `/imports/${id}`),
  upload: (file: File, onProgress: (sent: number) => void, signal?: AbortSignal) =>
    upload<ImportRun>('/imports', { filename: file.name }, file, onProgress, signal),
  plan: (id: number, plan: ImportPlan, options?: ImportOptions) =>
    call<ImportRun>('PUT', `/imports/${id}/plan`, { json: { plan, options } }),
  /** Makes fields for columns; without a type the one that the cells suggest. */
  makeFields: (id: number, object: string, fields: { column: string; type?: string }[]) =>
    call<{ fields: { column: string; name: string; type: string }[] }>('POST', `/imports/${id}/fields`, {
      json: { object, fields },
    }),
  check: (id: number) => call<Job>('POST', `/imports/${id}/check`),
  run: (id: number) => call<Job>('POST', `/imports/${id}/run`),
  cancel: (id: number) => call<ImportRun>('POST', `/imports/${id}/cancellation`),
  rollback: (id: number) => call<Job>('POST', `/imports/${id}/rollback`),
  /** Several uploaded files, each by its header, in the order in which they depend on each other. */
  together: (ids: number[], makeFields: boolean) =>
    call<ImportSet>('POST', '/import-sets', { json: { imports: ids, make_fields: makeFields } }),
  readSet: (id: number) => call<ImportSet>('GET', `/import-sets/${id}`),
  takeSetBack: (id: number) => call<Job>('POST', `/import-sets/${id}/rollback`),
  /** Where the rejected rows lie as CSV, each with its reason. */
  errorsAddress: (id: number) => address(`/imports/${id}/errors`),
};
