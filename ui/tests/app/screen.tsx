import { render, type RenderResult } from '@testing-library/react';
import i18next from 'i18next';
import { vi } from 'vitest';
import { App } from '@/app/App';
import { makeClient } from '@/app/client';
import { startLanguage } from '@/app/i18n';
import { makeRouter } from '@/app/router';
import { catalogue, me, serve, type Call } from '../kit';

type Answers = Parameters<typeof serve>[0];

class Silence {
  addEventListener(): void {}
  close(): void {}
}

const none = { data: [], next: null, count: null };

export const acme = { id: 7, version: 2, title: 'Acme', name: 'Acme', industry: 'Gifts' };

/** What the page of that company asks for. */
export const aroundAcme: Answers = {
  'GET /companies/7/page': () => ({ record: acme, related: [], timeline: { data: [], next: null } }),
  'GET /companies/7/history': () => ({ data: [], next: null }),
  'GET /insight/value/company/7': () => ({ as_of: null, facts: [] }),
};

/** The whole page at an address, with a server in memory behind it. */
export async function openPage(
  path: string,
  answers: Answers,
): Promise<{ calls: Call[]; page: RenderResult }> {
  vi.stubGlobal('EventSource', Silence);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(640);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  const calls = serve({
    'GET /me': () => me,
    'GET /catalogue': () => catalogue,
    'GET /views': () => ({ data: [] }),
    'GET /companies': () => none,
    'GET /companies/summary': () => ({ total: { count: 0, sum: {} }, groups: [] }),
    ...answers,
  });
  window.history.replaceState(null, '', path);
  if (!i18next.isInitialized) await startLanguage();
  const client = makeClient();
  return { calls, page: render(<App client={client} router={makeRouter(client)} />) };
}
