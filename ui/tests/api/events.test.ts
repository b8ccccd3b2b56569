import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '@/api';
import { Stale } from '@/api/events';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched(): { client: QueryClient; stale: (key: readonly unknown[]) => boolean } {
  const client = new QueryClient();
  for (const key of [
    keys.list('company', {}),
    keys.list('deal', {}),
    keys.record('company', 7),
    keys.record('company', 8),
    keys.timeline('person', 9),
  ])
    client.setQueryData(key, {});
  return { client, stale: (key) => client.getQueryState(key)?.isInvalidated ?? false };
}

describe('Stale', () => {
  it('marks the list, the record and what may show it, after a moment', () => {
    const { client, stale } = watched();
    new Stale(client, 400).add({ seq: 1, object: 'company', id: 7, kind: 'updated' });
    expect(stale(keys.record('company', 7))).toBe(false);
    vi.advanceTimersByTime(400);
    expect(stale(keys.record('company', 7))).toBe(true);
    expect(stale(keys.list('company', {}))).toBe(true);
    expect(stale(keys.timeline('person', 9))).toBe(true);
    expect(stale(keys.record('company', 8))).toBe(false);
    expect(stale(keys.list('deal', {}))).toBe(false);
  });

  it('takes id 0 as many records of that object', () => {
    const { client, stale } = watched();
    const found = new Stale(client, 0);
    found.add({ seq: 0, object: 'company', id: 0, kind: 'updated' });
    found.flush();
    expect(stale(keys.record('company', 7))).toBe(true);
    expect(stale(keys.record('company', 8))).toBe(true);
  });

  it('invalidates once for a thousand events', () => {
    const { client } = watched();
    const asked = vi.spyOn(client, 'invalidateQueries');
    const found = new Stale(client, 400);
    for (let id = 1; id <= 1000; id += 1) found.add({ seq: id, object: 'company', id, kind: 'created' });
    vi.advanceTimersByTime(400);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
