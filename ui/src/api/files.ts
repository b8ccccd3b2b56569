import { address, call } from './http';
import { upload } from './upload';

export interface AttachedFile {
  id: number;
  object: string;
  record: number;
  name: string;
  media_type: string;
  /** Bytes. */
  size: number;
  created_at: string;
  author: { id: number; title: string | null } | null;
  /** Whether a browser may show it in the page. */
  shown: boolean;
}

export interface FileUsage {
  bytes: number;
  files: number;
  quota: number;
  largest: number;
}

export const files = {
  list: (object: string, record: number, signal?: AbortSignal) =>
    call<{ data: AttachedFile[] }>('GET', '/files', { query: { object, record }, signal }),
  attach: (
    object: string,
    record: number,
    file: File,
    onProgress: (sent: number) => void,
    signal?: AbortSignal,
  ) => upload<AttachedFile>('/files', { object, record, filename: file.name }, file, onProgress, signal),
  remove: (id: number) => call<null>('DELETE', `/files/${id}`),
  restore: (id: number) => call<AttachedFile>('POST', `/files/${id}/restoration`),
  usage: (signal?: AbortSignal) => call<FileUsage>('GET', '/files/usage', { signal }),
  content: (id: number, inline = false) => address(`/files/${id}/content`, inline ? { inline } : {}),
};
