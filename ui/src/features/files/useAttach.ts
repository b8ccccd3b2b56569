import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { files, keys } from '@/api';

export interface Attach {
  name: string;
  /** Bytes gone, and in all, of the file on its way. */
  sent: number;
  size: number;
  pending: boolean;
  error: Error | null;
  start: (chosen: File[]) => void;
  stop: () => void;
}

/** Sends files one after the other; what arrived before an error stays. */
export function useAttach(object: string, record: number): Attach {
  const client = useQueryClient();
  const stopper = useRef<AbortController | null>(null);
  const [current, setCurrent] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const send = useMutation({
    mutationFn: async (chosen: File[]) => {
      const { signal } = (stopper.current = new AbortController());
      for (const file of chosen) {
        setCurrent(file);
        setSent(0);
        await files.attach(object, record, file, setSent, signal);
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.record(object, record) }),
  });
  return {
    name: current?.name ?? '',
    sent,
    size: current?.size ?? 0,
    pending: send.isPending,
    error: send.error instanceof DOMException ? null : send.error,
    start: send.mutate,
    stop: () => stopper.current?.abort(),
  };
}
