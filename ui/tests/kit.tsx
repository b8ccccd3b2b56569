import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { render, type RenderResult } from '@testing-library/react';
import i18next from 'i18next';
import { Suspense, type ReactElement, type ReactNode } from 'react';
import { I18nextProvider, initReactI18next } from 'react-i18next';
import { vi } from 'vitest';
import { keys, type Catalogue, type FieldSpec, type ObjectSpec } from '@/api';
import { theme } from '@/ui';
import fixture from './fixtures/catalogue.json';

/** The built-in record types as GET /catalogue gives them to an owner. */
export const catalogue = fixture as unknown as Catalogue;

export const me = {
  user: { id: 1, name: 'Ann Example', email: 'ann@example.com', role: 'owner', team: null, locale: 'en' },
  workspace: { name: 'The house', currency: 'GBP', locale: 'en-GB' },
};

export function objectOf(name: string): ObjectSpec {
  const found = catalogue.objects.find((object) => object.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

export function fieldOf(object: string, name: string): FieldSpec {
  const found = objectOf(object).fields.find((field) => field.name === name);
  if (!found) throw new Error(`no ${object}.${name}`);
  return found;
}

const texts = import.meta.glob<{ default: Record<string, string> }>(
  ['../src/app/messages/en.json', '../src/features/*/messages/en.json'],
  { eager: true },
);
const en = Object.assign({}, ...Object.values(texts).map((file) => file.default)) as Record<string, string>;

export const words = i18next.createInstance();
await words.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: { en: { translation: en } },
  react: { useSuspense: false },
});

export function newClient(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  client.setQueryData(keys.catalogue, catalogue);
  client.setQueryData(keys.me, me);
  return client;
}

/** All that stands around a screen, without the screen. */
export function Frame({ client, children }: { client: QueryClient; children: ReactNode }): ReactElement {
  return (
    <DirectionProvider>
      <MantineProvider theme={theme} env="test" withCssVariables={false} withGlobalClasses={false}>
        <I18nextProvider i18n={words}>
          <QueryClientProvider client={client}>
            <Suspense fallback="waiting">{children}</Suspense>
          </QueryClientProvider>
        </I18nextProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}

/** Renders one component inside a router that knows the addresses of lists and records. */
export async function show(node: ReactNode, client = newClient()): Promise<RenderResult> {
  const root = createRootRoute({ component: Outlet });
  const routes = ['/', '/$plural', '/$plural/$id'].map((path) =>
    createRoute({ getParentRoute: () => root, path, component: () => node }),
  );
  const router = createRouter({
    routeTree: root.addChildren(routes),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  await router.load();
  return render(
    <Frame client={client}>
      <RouterProvider router={router as never} />
    </Frame>,
  );
}

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Answers = Record<string, (call: Call) => unknown>;

/** A server in memory: answers by "METHOD /path", keeps what was asked. A Response is given as it is. */
export function serve(answers: Answers): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const url = new URL(address, 'http://visavis.test');
    const path = url.pathname.replace('/api/v1', '');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : init.body;
    const call = {
      method: init.method ?? 'GET',
      path,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body,
    };
    calls.push(call);
    const answer = answers[`${call.method} ${path}`];
    if (!answer) return problem(404, 'Not found');
    const value = await answer(call);
    return value instanceof Response ? value : Response.json(value);
  });
  return calls;
}

export function problem(status: number, title: string, more: object = {}): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, ...more }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
