import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/api';
import { catalogueQuery } from '@/catalogue';
import { readBaseSearch } from '@/features/base/search';
import { readListSearch } from '@/records';
import { Failure } from '@/ui';
import { meQuery } from './session/me';
import { readSignInSearch, SignIn } from './session/SignIn';
import { Missing } from './shell/Missing';
import { PagePending } from './shell/PagePending';
import { Shell } from './shell/Shell';

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: SignIn,
});

/** Everything behind sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    try {
      await Promise.all([
        context.client.ensureQueryData(meQuery),
        context.client.ensureQueryData(catalogueQuery),
      ]);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: { next: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/base' });
  },
});

const base = createRoute({
  getParentRoute: () => inside,
  path: '/base',
  validateSearch: readBaseSearch,
  component: lazyRouteComponent(() => import('@/features/base'), 'BasePage'),
});

const imports = createRoute({
  getParentRoute: () => inside,
  path: '/imports',
  component: lazyRouteComponent(() => import('@/features/imports'), 'ImportsPage'),
});

const oneImport = createRoute({
  getParentRoute: () => inside,
  path: '/imports/$importId',
  params: {
    parse: ({ importId }) => ({ importId: Number(importId) }),
    stringify: ({ importId }) => ({ importId: String(importId) }),
  },
  component: lazyRouteComponent(() => import('@/features/imports'), 'ImportPage'),
});

const importSet = createRoute({
  getParentRoute: () => inside,
  path: '/imports/sets/$setId',
  params: {
    parse: ({ setId }) => ({ setId: Number(setId) }),
    stringify: ({ setId }) => ({ setId: String(setId) }),
  },
  component: lazyRouteComponent(() => import('@/features/imports'), 'SetPage'),
});

const methods = createRoute({
  getParentRoute: () => inside,
  path: '/methods',
  component: lazyRouteComponent(() => import('@/features/methods'), 'MethodsPage'),
});

const oneMethod = createRoute({
  getParentRoute: () => inside,
  path: '/methods/$key',
  component: lazyRouteComponent(() => import('@/features/methods'), 'MethodPage'),
});

const actions = createRoute({
  getParentRoute: () => inside,
  path: '/actions',
  component: lazyRouteComponent(() => import('@/features/actions'), 'ActionsPage'),
});

const oneAction = createRoute({
  getParentRoute: () => inside,
  path: '/actions/$actionId',
  params: {
    parse: ({ actionId }) => ({ actionId: Number(actionId) }),
    stringify: ({ actionId }) => ({ actionId: String(actionId) }),
  },
  component: lazyRouteComponent(() => import('@/features/actions'), 'ActionPage'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsLayout'), 'SettingsLayout'),
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/objects' });
  },
});

const settingsObjects = createRoute({
  getParentRoute: () => settings,
  path: '/objects',
  component: lazyRouteComponent(() => import('./settings/ObjectsPage'), 'ObjectsPage'),
});

const settingsFields = createRoute({
  getParentRoute: () => settings,
  path: '/objects/$object',
  component: lazyRouteComponent(() => import('./settings/FieldsPage'), 'FieldsPage'),
});

const settingsTokens = createRoute({
  getParentRoute: () => settings,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./settings/TokensPage'), 'TokensPage'),
});

const settingsInsight = createRoute({
  getParentRoute: () => settings,
  path: '/insight',
  component: lazyRouteComponent(() => import('@/features/base'), 'InsightSettingsPage'),
});

const settingsChanges = createRoute({
  getParentRoute: () => settings,
  path: '/changes',
  component: lazyRouteComponent(() => import('@/features/changing'), 'ChangesPage'),
});

const settingsRetention = createRoute({
  getParentRoute: () => settings,
  path: '/retention',
  component: lazyRouteComponent(() => import('@/features/changing'), 'RetentionPage'),
});

const settingsWorkspace = createRoute({
  getParentRoute: () => settings,
  path: '/workspace',
  component: lazyRouteComponent(() => import('./settings/WorkspacePage'), 'WorkspacePage'),
});

const settingsRights = createRoute({
  getParentRoute: () => settings,
  path: '/rights',
  component: lazyRouteComponent(() => import('./settings/RightsPage'), 'RightsPage'),
});

const settingsPassword = createRoute({
  getParentRoute: () => settings,
  path: '/password',
  component: lazyRouteComponent(() => import('./settings/PasswordPage'), 'PasswordPage'),
});

const list = createRoute({
  getParentRoute: () => inside,
  path: '/$plural',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('@/records/list/RecordListPage'), 'RecordListPage'),
});

const record = createRoute({
  getParentRoute: () => inside,
  path: '/$plural/$id',
  params: {
    parse: ({ plural, id }) => ({ plural, id: Number(id) }),
    stringify: ({ plural, id }) => ({ plural, id: String(id) }),
  },
  component: lazyRouteComponent(() => import('@/records/page/RecordFullPage'), 'RecordFullPage'),
});

/** The one list of screens. */
const tree = root.addChildren([
  signIn,
  inside.addChildren([
    home,
    base,
    imports,
    oneImport,
    importSet,
    methods,
    oneMethod,
    actions,
    oneAction,
    settings.addChildren([
      settingsHome,
      settingsObjects,
      settingsFields,
      settingsTokens,
      settingsInsight,
      settingsChanges,
      settingsRetention,
      settingsWorkspace,
      settingsRights,
      settingsPassword,
    ]),
    list,
    record,
  ]),
]);

/** The router over one cache; the type of every link follows from it. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} onRetry={reset} />,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
