import type { LinkProps } from '@tanstack/react-router';

/** The pages that look at the customer base, below it. */
export const BASE_PAGES: { to: LinkProps['to']; label: string }[] = [
  { to: '/pivot', label: 'nav.pivot' },
  { to: '/key-customers', label: 'nav.keyCustomers' },
  { to: '/budget', label: 'nav.budget' },
  { to: '/base/clusters', label: 'nav.clusters' },
  { to: '/base/leaving', label: 'nav.leaving' },
  { to: '/next-offers', label: 'nav.nextOffers' },
  { to: '/methods', label: 'nav.methods' },
];
