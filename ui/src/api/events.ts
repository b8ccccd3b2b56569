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
const AROUND = new Set<unknown>(['timeline', 'related']);

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

function listen(client: QueryClient): () => void {
  const source = new EventSource(address('/events'));
  const stale = new Stale(client);
  const on = <T>(name: string, handle: (data: T) => void): void =>
    source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data) as T));
  on<RecordEvent>('record', (event) => stale.add(event));
  on<Job>('job', (job) => onJob(client, job));
  on('catalogue', () => void client.invalidateQueries({ queryKey: keys.catalogue }));
  on('insight', () => {
    for (const key of ['insight', 'list', 'record']) void client.invalidateQueries({ queryKey: [key] });
  });
  return () => {
    stale.stop();
    source.close();
  };
}

/** Keeps every shown page true while others work: one stream per tab, reconnected by the browser. */
export function useLiveUpdates(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => (enabled ? listen(client) : undefined), [client, enabled]);
}
