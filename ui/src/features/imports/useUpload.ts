import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { imports, keys } from '@/api';

export const FORMATS = ['.csv', '.tsv', '.txt', '.xlsx', '.parquet', '.vcf', '.ics', '.mbox', '.eml'];

export interface Upload {
  file: File | null;
  sent: number;
  pending: boolean;
  error: Error | null;
  start: (file: File) => void;
  stop: () => void;
}

/** Sends a file, tells how far it is, and opens the import that it became. */
export function useUpload(): Upload {
  const client = useQueryClient();
  const navigate = useNavigate();
  const stopper = useRef<AbortController | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const send = useMutation({
    mutationFn: (chosen: File) => {
      stopper.current = new AbortController();
      return imports.upload(chosen, setSent, stopper.current.signal);
    },
    onSuccess: (run) => {
      client.setQueryData(keys.import(run.id), run);
      void client.invalidateQueries({ queryKey: keys.imports, exact: true });
      void navigate({ to: '/imports/$importId', params: { importId: run.id } });
    },
  });
  const stopped = send.error instanceof DOMException;
  return {
    file,
    sent,
    pending: send.isPending,
    error: stopped ? null : send.error,
    start: (chosen) => {
      setFile(chosen);
      setSent(0);
      send.mutate(chosen);
    },
    stop: () => stopper.current?.abort(),
  };
}
