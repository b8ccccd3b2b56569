import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { readBaseSearch } from '@/features/base/search';
import { readBudgetSearch } from '@/features/budget/search';
import { readClustersSearch } from '@/features/clusters/search';
import { readLeavingSearch } from '@/features/leaving/search';
import { readPivotSearch } from '@/features/pivot/search';
import { readListSearch } from '@/records';
import { Missing } from '@/ui';
import { inside, root, signIn } from './inside';
import { settingsTree } from './settingsRoutes';
import { Broken } from './shell/Broken';
import { PagePending } from './shell/PagePending';

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

const clusters = createRoute({
  getParentRoute: () => inside,
  path: '/base/clusters',
  validateSearch: readClustersSearch,
  component: lazyRouteComponent(() => import('@/features/clusters'), 'ClustersPage'),
});

const leaving = createRoute({
  getParentRoute: () => inside,
  path: '/base/leaving',
  validateSearch: readLeavingSearch,
  component: lazyRouteComponent(() => import('@/features/leaving'), 'LeavingPage'),
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

const budget = createRoute({
  getParentRoute: () => inside,
  path: '/budget',
  validateSearch: readBudgetSearch,
  component: lazyRouteComponent(() => import('@/features/budget'), 'BudgetPage'),
});

const keyCustomers = createRoute({
  getParentRoute: () => inside,
  path: '/key-customers',
  component: lazyRouteComponent(() => import('@/features/keycustomers'), 'KeyCustomersPage'),
});

const oneRound = createRoute({
  getParentRoute: () => inside,
  path: '/key-customers/$roundId',
  params: {
    parse: ({ roundId }) => ({ roundId: Number(roundId) }),
    stringify: ({ roundId }) => ({ roundId: String(roundId) }),
  },
  component: lazyRouteComponent(() => import('@/features/keycustomers'), 'RoundPage'),
});

const offersNext = createRoute({
  getParentRoute: () => inside,
  path: '/next-offers',
  component: lazyRouteComponent(() => import('@/features/offers'), 'OffersPage'),
});

const pivotHome = createRoute({
  getParentRoute: () => inside,
  path: '/pivot',
  beforeLoad: () => {
    throw redirect({ to: '/pivot/$plural', params: { plural: 'companies' } });
  },
});

const pivot = createRoute({
  getParentRoute: () => inside,
  path: '/pivot/$plural',
  validateSearch: readPivotSearch,
  component: lazyRouteComponent(() => import('@/features/pivot'), 'PivotPage'),
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
    clusters,
    leaving,
    imports,
    oneImport,
    importSet,
    methods,
    oneMethod,
    actions,
    oneAction,
    budget,
    keyCustomers,
    oneRound,
    offersNext,
    pivotHome,
    pivot,
    settingsTree,
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
    defaultErrorComponent: Broken,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
