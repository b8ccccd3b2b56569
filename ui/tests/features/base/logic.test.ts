import { describe, expect, it } from 'vitest';
import type { Cohort, InsightSettings, ReconciliationLine } from '@/api';
import { sumAmounts } from '@/features/base/amounts';
import { cohortRows, comeBack, horizon, lastMonth, monthAfter } from '@/features/base/cohorts';
import { customersAt, upTo } from '@/features/base/drill';
import { curve, nearest, paretoOption, tablePoints } from '@/features/base/pareto';
import { rankPath, rankPoint } from '@/features/base/rank';
import { reconciled } from '@/features/base/reconcile';
import { rfmRows } from '@/features/base/rfm';
import { readBaseSearch } from '@/features/base/search';
import { changedSettings, draftOf, problemsOf, settingsOf } from '@/features/base/settings';
import { binOf, isWidening, spreadOption } from '@/features/base/spread';
import { firstWithCustomers, shownMeasure } from '@/features/base/useBase';
import { runningRefresh } from '@/records/useRefreshing';
import { makeFormat, type PlotContext } from '@/ui';
import { base, pareto, rfm } from './fixtures';

const format = makeFormat('en-GB');
const context = (rtl = false): PlotContext => ({ colour: (meaning) => meaning, rtl });

describe('the address', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(
      readBaseSearch({
        object: 'person',
        measure: 'won_value',
        table: 'pareto',
        rfm: 'value',
        cohorts: 'count',
      }),
    ).toEqual({ object: 'person', measure: 'won_value', table: 'pareto', rfm: 'value', cohorts: 'count' });
    expect(
      readBaseSearch({ object: 'deal', measure: "x'; drop", table: 'x', settings: 'yes', rfm: 1 }),
    ).toEqual({});
  });

  it('of a drilled list holds the filter of the answer, untouched', () => {
    const filter = { and: [{ field: 'r_score', op: 'eq' as const, value: 5 }] };
    expect(customersAt(filter, 'monetary')).toEqual({ filter, sort: '-monetary' });
  });
});

describe('customers up to a point of the curve', () => {
  const point = { rank: 2, share_customers: 0.5, share_value: 0.8 };

  it('are those of that rank', () => {
    expect(upTo(point, pareto, base)).toEqual({ field: 'abc_rank', op: 'le', value: 2 });
  });

  it('are not guessed where ranks are by another measure or of more customers', () => {
    expect(upTo(point, { ...pareto, measure: 'won_value' }, base)).toBeUndefined();
    expect(upTo(point, { ...pareto, whole: false }, base)).toBeUndefined();
  });
});

describe('the Pareto curve', () => {
  it('begins at nothing and finds the nearest point', () => {
    expect(curve(pareto.points)[0]).toEqual([0, 0]);
    expect(nearest(pareto.points, 52)?.rank).toBe(2);
    expect(nearest([], 5)).toBeUndefined();
  });

  it('has the cuts among the rows of its table', () => {
    expect(tablePoints(pareto).map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
  });

  it('draws the cuts at their height, the fifth, and mirrors', () => {
    const words = {
      customers: 'c',
      value: 'v',
      equal: 'e',
      top20: 't',
      crossing: 'x',
      cut: (name: string) => name,
      point: () => 'p',
    };
    const option = paretoOption(pareto, words, format, context(true));
    const [line] = option.series as { markLine: { data: { yAxis?: number; xAxis?: number }[] } }[];
    expect(line?.markLine.data.map(({ yAxis, xAxis }) => yAxis ?? xAxis)).toEqual([80, 95, 20]);
    expect(option.xAxis).toMatchObject({ inverse: true });
    expect(option.yAxis).toMatchObject({ position: 'right' });
  });

  it('shows one customer as a dot on it', () => {
    expect(rankPoint(pareto, 2)).toEqual({ x: 0.5, y: 0.85 });
    expect(rankPath(pareto.points.slice(0, 1), 100, 10)).toBe('M0 10L25.0 4.0');
  });
});

describe('the RFM grid', () => {
  const words = {
    count: String,
    value: ({ amount }: { amount: string }) => amount,
    label: () => 'label',
    recency: String,
  };

  it('has 25 places, the latest on top, and nothing where nobody is', () => {
    const rows = rfmRows(rfm.cells, 'count', words);
    expect(rows.map(({ key }) => key)).toEqual(['5', '4', '3', '2', '1']);
    expect(rows.every(({ cells }) => cells.length === 5)).toBe(true);
    expect(rows[0]?.cells[4]).toMatchObject({ share: 1, text: '9', small: '900' });
    expect(rows[4]?.cells[0]?.share).toBeCloseTo(1 / 3);
    expect(rows[1]?.cells[1]).toBeNull();
  });

  it('gives a negative value no colour', () => {
    expect(rfmRows(rfm.cells, 'value', words)[4]?.cells[0]).toMatchObject({
      share: 0,
      text: '-3',
      small: '1',
    });
  });
});

describe('cohorts', () => {
  const filter = { field: 'cohort_month', op: 'eq' as const, value: 'x' };
  const cohort = (month: string, size: number, back: [number, number][]): Cohort => ({
    month,
    size,
    filter,
    cells: [[0, size] as [number, number], ...back].map(([offset, retained]) => ({
      offset,
      month: monthAfter(month, offset),
      retained,
      share: retained / size,
      filter,
    })),
  });
  const cohorts = [
    cohort('2010-11-01', 10, [[2, 5]]),
    cohort('2010-12-01', 10, [[1, 2]]),
    cohort('2011-01-01', 5, []),
  ];

  it('count months over the turn of the year', () => {
    expect(monthAfter('2010-11-01', 2)).toBe('2011-01-01');
    const first = cohorts[0];
    expect(first && horizon(first, lastMonth(cohorts))).toBe(2);
  });

  it('know zero from unknown', () => {
    const rows = cohortRows(cohorts, 'count', {
      head: () => '',
      share: String,
      count: String,
      label: () => '',
    });
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.text))).toEqual([['0', '5'], ['2'], []]);
    expect(rows[0]?.cells[0]?.filter).toBeUndefined();
  });

  it('come back by the customers old enough to tell', () => {
    expect(comeBack(cohorts, 1)).toBeCloseTo(2 / 20);
    expect(comeBack(cohorts, 2)).toBeCloseTo(5 / 10);
    expect(comeBack(cohorts, 9)).toBeNull();
  });
});

describe('the spread', () => {
  const filter = { field: 'revenue_net', op: 'ge' as const, value: '0' };
  const bins = [
    { from: '-1', to: '0', count: 1, filter },
    { from: '0', to: '1', count: 4, filter },
    { from: '1', to: '10', count: 2, filter },
  ];

  it('marks the bin of the median', () => {
    expect(binOf(bins, '0')).toBe(1);
    expect(binOf(bins, '10')).toBe(-1);
    expect(binOf(bins, null)).toBe(-1);
    const words = { customers: '', measure: '', bin: () => '', edge: String };
    const spread = { measure: 'revenue_net', n: 7, bins, median: '0.5', mean: '2' };
    const option = spreadOption(spread, words, format, context());
    const [bars] = option.series as { data: { itemStyle: { opacity: number } }[] }[];
    expect(bars?.data.map(({ itemStyle }) => itemStyle.opacity)).toEqual([0.45, 1, 0.45]);
  });

  it('says when the bins widen', () => {
    expect(isWidening(bins)).toBe(true);
    expect(isWidening(bins.slice(0, 2))).toBe(false);
  });
});

describe('reconciliation', () => {
  it('adds without losing a cent', () => {
    expect(sumAmounts(['0.1', '0.2'])).toBe('0.30');
    expect(sumAmounts(['8911407.9', '-611342.09'])).toBe('8300065.81');
    expect(sumAmounts(['-0.0001', '-5'])).toBe('-5.0001');
    expect(sumAmounts([])).toBe('0.00');
  });

  it('divides into what counts and what does not', () => {
    const line = (bucket: string, counted: boolean, amount: string): ReconciliationLine => ({
      label: bucket,
      customer: counted ? 'company' : 'none',
      bucket,
      counted,
      lines: 2,
      invoices: 1,
      amount: { amount, currency: 'GBP' },
    });
    const { net, whole, left } = reconciled([
      line('sale', true, '10.5'),
      line('credit_note', true, '-0.5'),
      line('sale', false, '3'),
    ]);
    expect(net).toEqual({ lines: 4, invoices: 2, amount: '10.00' });
    expect(whole.amount).toBe('13.00');
    expect(left).toHaveLength(1);
  });
});

describe('settings', () => {
  const settings: InsightSettings = {
    measure: 'revenue_net',
    cuts: [80, 95],
    period: null,
    as_of: null,
    cleaning: 'net',
    crosser: 'out',
    horizon_days: 365,
    assumed_margin: 0.35,
  };

  it('survive the form unchanged', () => {
    expect(settingsOf(draftOf(settings))).toEqual(settings);
    const bounded = { ...settings, period: { from: '2011-01-01', to: '2011-12-31' }, assumed_margin: null };
    expect(settingsOf(draftOf(bounded))).toEqual(bounded);
    expect(changedSettings(bounded, { ...draftOf(bounded), horizon: 90 })).toEqual({ horizon_days: 90 });
  });

  it('say what does not fit', () => {
    const draft = draftOf(settings);
    expect(problemsOf(draft)).toEqual({});
    expect(Object.keys(problemsOf({ ...draft, first: 96, from: '2011-01-01', horizon: '' }))).toEqual([
      'cuts',
      'period',
      'horizon_days',
    ]);
  });
});

describe('what the page begins with', () => {
  it('is the kind of customer that there is', () => {
    expect(firstWithCustomers({ company: 0, person: 4 })).toBe('person');
    expect(firstWithCustomers({})).toBe('company');
  });

  it('is won deals where nothing else was sold', () => {
    const won = { name: 'won_value', label: { en: 'Won deals' } };
    const measures = [{ name: 'revenue_net', label: { en: 'Net revenue' } }, won];
    expect(shownMeasure(undefined)).toBe('revenue_net');
    expect(shownMeasure({ ...base, measures })).toBe('revenue_net');
    expect(shownMeasure({ ...base, measure: 'potential', measures })).toBe('revenue_net');
    expect(shownMeasure({ ...base, classes: [], measures: [won] })).toBe('won_value');
    expect(shownMeasure({ ...base, classes: [] })).toBe('revenue_net');
  });

  it('knows a refresh that someone else began', () => {
    const job = { id: 1, progress: null, result: null, error: null, created_at: '', finished_at: null };
    const done = { ...job, kind: 'insight.refresh', state: 'done' as const };
    const other = { ...job, kind: 'imports.run', state: 'running' as const };
    const ours = { ...job, id: 9, kind: 'insight.refresh', state: 'queued' as const };
    expect(runningRefresh([done, other, ours])?.id).toBe(9);
    expect(runningRefresh([done, other])).toBeUndefined();
  });
});
