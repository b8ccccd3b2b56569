import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { address } from './http';
import { keys } from './keys';
import type { Job } from './types.work';

interface RecordEvent {
  seq: number;
  object: string;
  id: number;
  kind: string;
}

const GATHER_MS = 400;

/** What stands around a record and may show others. */
const AROUND = new Set<unknown>(['timeline', 'related', 'whole']);

/** Collects changes for a moment, so that an import of a million rows refreshes a list a few times, not a million. */
export class Stale {
  private objects = new Set<string>();
  private records = new Map<string, [string, number]>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly client: QueryClient,
    private readonly wait: number = GATHER_MS,
  ) {}

  add(event: RecordEvent): void {
    this.objects.add(event.object);
    this.records.set(`${event.object}/${event.id}`, [event.object, event.id]);
    this.timer ??= setTimeout(() => this.flush(), this.wait);
  }

  flush(): void {
    const { objects, records } = this;
    this.objects = new Set();
    this.records = new Map();
    this.timer = null;
    for (const object of objects) void this.client.invalidateQueries({ queryKey: keys.lists(object) });
    if (records.size > 50) void this.client.invalidateQueries({ queryKey: ['record'] });
    else for (const [object, id] of records.values()) this.touch(object, id);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Id 0 stands for many records at once. */
  private touch(object: string, id: number): void {
    void this.client.invalidateQueries({ queryKey: id ? keys.record(object, id) : ['record', object] });
    void this.client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === 'record' && AROUND.has(queryKey[3]),
    });
  }
}

function onJob(client: QueryClient, job: Job): void {
  client.setQueryData(keys.job(job.id), job);
  if (job.state === 'queued' || job.state === 'running') return;
  void client.invalidateQueries({ queryKey: keys.jobs });
  void client.invalidateQueries({ queryKey: keys.imports });
}

const NAMES = ['record', 'job', 'catalogue', 'insight'] as const;

interface News {
  name: (typeof NAMES)[number];
  data: string;
}

/** What each kind of news makes stale. */
function receiver(client: QueryClient): { hear: (news: News) => void; stop: () => void } {
  const stale = new Stale(client);
  const hear = ({ name, data }: News): void => {
    if (name === 'record') stale.add(JSON.parse(data) as RecordEvent);
    else if (name === 'job') onJob(client, JSON.parse(data) as Job);
    else if (name === 'catalogue') void client.invalidateQueries({ queryKey: keys.catalogue });
    else for (const key of ['insight', 'list', 'record']) void client.invalidateQueries({ queryKey: [key] });
  };
  return { hear, stop: () => stale.stop() };
}

function openStream(tell: (news: News) => void): () => void {
  const source = new EventSource(address('/events'));
  for (const name of NAMES)
    source.addEventListener(name, (event) => tell({ name, data: (event as MessageEvent<string>).data }));
  return () => source.close();
}

/**
 * A browser opens six connections to a server at most, and a stream holds one. So of all tabs one holds the
 * stream and tells the others; when it goes, the next takes over. Without locks (plain HTTP) each tab has its own.
 */
function listen(client: QueryClient): () => void {
  const { hear, stop } = receiver(client);
  if (!('locks' in navigator)) {
    const close = openStream(hear);
    return () => {
      stop();
      close();
    };
  }
  const others = new BroadcastChannel('vav.events');
  others.onmessage = (event: MessageEvent<News>) => hear(event.data);
  const gone = new AbortController();
  const hold = (): Promise<void> =>
    new Promise((release) => {
      if (gone.signal.aborted) return release();
      const close = openStream((news) => {
        hear(news);
        others.postMessage(news);
      });
      gone.signal.addEventListener('abort', () => {
        close();
        release();
      });
    });
  navigator.locks.request('vav.events', { signal: gone.signal }, hold).catch(() => undefined);
  return () => {
    stop();
    gone.abort();
    others.close();
  };
}

/** Keeps every shown page true while others work. */
export function useLiveUpdates(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => (enabled ? listen(client) : undefined), [client, enabled]);
}
