import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { ApiError, meQuery } from '@/api';
import { catalogueQuery } from '@/catalogue';
import { readSignInSearch, SignIn } from './session/SignIn';
import { Shell } from './shell/Shell';

export const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: SignIn,
});

/** Everything behind sign-in. */
export const inside = createRoute({
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
