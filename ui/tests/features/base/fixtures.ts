import type { Base, Pareto, Rfm } from '@/api';

const gbp = (amount: string) => ({ amount, currency: 'GBP' });

export const pareto: Pareto = {
  measure: 'revenue_net',
  whole: true,
  n: 4,
  total: gbp('100'),
  currency: 'GBP',
  period: { from: '2010-12-01', to: '2011-12-09' },
  points: [
    { rank: 1, share_customers: 0.25, share_value: 0.6 },
    { rank: 2, share_customers: 0.5, share_value: 0.85 },
    { rank: 3, share_customers: 0.75, share_value: 0.96 },
    { rank: 4, share_customers: 1, share_value: 1 },
  ],
  cuts: [
    {
      class: 'A',
      cut: 80,
      rank: 1,
      share_customers: 0.25,
      share_value: 0.6,
      crosses: { id: 7, title: 'Acme' },
    },
    {
      class: 'B',
      cut: 95,
      rank: 2,
      share_customers: 0.5,
      share_value: 0.85,
      crosses: { id: 8, title: 'Bolt' },
    },
  ],
  top20: { count: 1, share_value: 0.6 },
  gini: 0.4,
};

export const base: Base = {
  as_of: '2011-12-10',
  currency: 'GBP',
  period: { from: '2010-12-01', to: '2011-12-09' },
  measure: 'revenue_net',
  customers: 4,
  revenue_net: gbp('100'),
  margin: null,
  classes: [
    {
      class: 'A',
      count: 1,
      share_customers: 0.25,
      share_value: 0.6,
      value: gbp('60'),
      filter: { field: 'abc_class', op: 'eq', value: 'A' },
    },
    {
      class: 'C',
      count: 3,
      share_customers: 0.75,
      share_value: 0.4,
      value: gbp('40'),
      filter: { field: 'abc_class', op: 'eq', value: 'C' },
    },
  ],
  alive: 3,
  expected_value: gbp('80'),
  unassigned: { lines: 12, invoices: 3, amount: gbp('9.5') },
  reconciliation: [
    {
      label: 'Sales, companies',
      customer: 'company',
      bucket: 'sale',
      counted: true,
      lines: 40,
      invoices: 9,
      amount: gbp('100'),
    },
  ],
  measures: [],
  run: null,
};

export const rfm: Rfm = {
  n: 10,
  cells: [
    {
      r: 5,
      f: 5,
      count: 9,
      value: gbp('900'),
      filter: {
        and: [
          { field: 'r_score', op: 'eq', value: 5 },
          { field: 'f_score', op: 'eq', value: 5 },
        ],
      },
    },
    { r: 1, f: 1, count: 1, value: gbp('-3'), filter: { field: 'r_score', op: 'eq', value: 1 } },
  ],
  segments: [
    {
      segment: 'champions',
      count: 9,
      value: gbp('900'),
      filter: { field: 'rfm_segment', op: 'eq', value: 'champions' },
    },
  ],
};
