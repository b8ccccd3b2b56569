import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { inside } from './inside';

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

const settingsRates = createRoute({
  getParentRoute: () => settings,
  path: '/rates',
  component: lazyRouteComponent(() => import('@/features/costing'), 'RatesPage'),
});

const settingsPolicies = createRoute({
  getParentRoute: () => settings,
  path: '/policies',
  component: lazyRouteComponent(() => import('@/features/policies'), 'PoliciesPage'),
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

/** The screens of the settings. */
export const settingsTree = settings.addChildren([
  settingsHome,
  settingsObjects,
  settingsFields,
  settingsTokens,
  settingsInsight,
  settingsRates,
  settingsPolicies,
  settingsChanges,
  settingsRetention,
  settingsWorkspace,
  settingsRights,
  settingsPassword,
]);
