import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { imports, keys, type ImportRun } from '@/api';

export const FORMATS = ['.csv', '.tsv', '.txt', '.xlsx', '.parquet', '.vcf', '.ics', '.mbox', '.eml'];

export interface Upload {
  file: File | null;
  sent: number;
  pending: boolean;
  error: Error | null;
  /** One file becomes an import to look at; several run together, and may make fields for columns without one. */
  start: (files: File[], makeFields?: boolean) => void;
  stop: () => void;
}

interface Chosen {
  chosen: File[];
  makeFields: boolean;
}

/** Sends files one after the other, tells how far it is, and opens what they became. */
export function useUpload(): Upload {
  const client = useQueryClient();
  const navigate = useNavigate();
  const stopper = useRef<AbortController | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const open = async (runs: ImportRun[], makeFields: boolean): Promise<void> => {
    void client.invalidateQueries({ queryKey: keys.imports, exact: true });
    const [only] = runs;
    if (runs.length === 1 && only) {
      client.setQueryData(keys.import(only.id), only);
      await navigate({ to: '/imports/$importId', params: { importId: only.id } });
      return;
    }
    const set = await imports.together(
      runs.map(({ id }) => id),
      makeFields,
    );
    client.setQueryData(keys.importSet(set.id), set);
    await navigate({ to: '/imports/sets/$setId', params: { setId: set.id } });
  };
  const send = useMutation({
    mutationFn: async ({ chosen, makeFields }: Chosen) => {
      const runs: ImportRun[] = [];
      for (const one of chosen) {
        setFile(one);
        setSent(0);
        stopper.current = new AbortController();
        runs.push(await imports.upload(one, setSent, stopper.current.signal));
      }
      await open(runs, makeFields);
    },
  });
  const stopped = send.error instanceof DOMException;
  return {
    file,
    sent,
    pending: send.isPending,
    error: stopped ? null : send.error,
    start: (chosen, makeFields = false) => send.mutate({ chosen, makeFields }),
    stop: () => stopper.current?.abort(),
  };
}
