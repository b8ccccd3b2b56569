import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { type Pivot, type PivotAsked } from '@/api';
import { CatalogueView } from '@/catalogue';
import {
  axisChoices,
  readAxes,
  readEdges,
  readFigures,
  usual,
  writeAxis,
  writeFigure,
} from '@/features/pivot/axes';
import { filterOf } from '@/features/pivot/ChosenBar';
import { walked } from '@/features/pivot/grid';
import { PivotTable, type Chosen, type PivotTableProps } from '@/features/pivot/PivotTable';
import { askedOf, readPivotSearch } from '@/features/pivot/search';
import { largest, partOf, peaks } from '@/features/pivot/shades';
import { usePivotWords } from '@/features/pivot/useWords';
import { catalogue, objectOf, show } from '../../kit';

const head = (key: string | null, field: string) => ({
  keys: [key],
  labels: [null],
  spans: [null],
  filter: [key === null ? { field, op: 'empty' as const } : { field, op: 'eq' as const, value: key }],
});
const euros = (amount: string) => ({ amount, currency: 'EUR' });
const PIVOT: Pivot = {
  count: 7,
  columns: [head('A', 'abc_class'), head(null, 'abc_class')],
  rows: [
    { ...head('Korea', 'country'), cells: [[4, euros('1200')], null], total: [4, euros('1200')] },
    {
      ...head('Romania', 'country'),
      cells: [
        [1, euros('8')],
        [2, null],
      ],
      total: [3, euros('8')],
    },
  ],
  totals: [
    [5, euros('1208')],
    [2, null],
  ],
  total: [7, euros('1208')],
  currencies: { revenue_net: ['EUR'] },
};
const ASKED = askedOf('company', { rows: 'country', columns: 'abc_class', figures: 'count,sum:revenue_net' });

test('an address says what is asked, and what it cannot say is dropped', () => {
  for (const text of ['country', 'last_purchase:month', 'revenue_net:band:0;100', 'owner.team']) {
    expect(readAxes(text).map(writeAxis)).toEqual([text]);
  }
  expect(readAxes('Country,a.b.c,x:fortnight')).toEqual([]);
  expect(readFigures('count,sum:margin,product:margin').map(writeFigure)).toEqual(['count', 'sum:margin']);
  expect(readFigures(undefined)).toEqual([{ function: 'count' }]);
  expect(readEdges('0, 100; 1000')).toEqual(['0', '100', '1000']);
  expect(readEdges('100, 0')).toBeNull();
  const raw = { rows: 'country', columns: '<b>', sort: { figure: 0, column: [{}] }, share: 'row', plain: 1 };
  expect(readPivotSearch(raw)).toEqual({
    rows: 'country',
    sort: { figure: 0, descending: true },
    share: 'row',
  });
  expect(askedOf('company', { rows: 'country', sort: { figure: 3, descending: true } }).sort).toBeUndefined();
});

test('rows are made of what divides records, of linked ones too', () => {
  const paths = axisChoices(objectOf('invoice'), new CatalogueView(catalogue)).map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['status', 'issued_at', 'company.country', 'company.abc_class']),
  );
  expect(paths).not.toContain('number');
  expect(usual(objectOf('company'))).toEqual({ rows: 'country', columns: 'abc_class' });
});

test('cells are walked, mirrored where text runs from right to left', () => {
  expect(walked({ y: 0, x: 0 }, 'ArrowRight', false, 3, 2, false)).toEqual({ y: 0, x: 1 });
  expect(walked({ y: 0, x: 1 }, 'ArrowRight', false, 3, 2, true)).toEqual({ y: 0, x: 0 });
  expect(walked({ y: 2, x: 1 }, 'ArrowDown', false, 3, 2, false)).toEqual({ y: 2, x: 1 });
  expect(walked({ y: 2, x: 1 }, 'Home', true, 3, 2, false)).toEqual({ y: 0, x: 0 });
  expect(walked({ y: 2, x: 1 }, 'a', false, 3, 2, false)).toBeUndefined();
});

test('shades and parts are of their own figure', () => {
  expect(peaks(PIVOT, ASKED.figures)).toEqual([4, 1200]);
  const [, second] = PIVOT.rows;
  const whole = { row: second?.total ?? [], column: PIVOT.totals[0] ?? [], all: PIVOT.total };
  expect(partOf(1, 0, 'row', whole)).toBeCloseTo(1 / 3);
  expect(partOf(euros('8'), 1, 'column', whole)).toBeCloseTo(8 / 1208);
  expect(partOf(null, 1, 'all', whole)).toBeNull();
  expect(largest(PIVOT, 1)).toMatchObject({ column: 0, value: euros('1200') });
});

function Table(props: Partial<PivotTableProps> & { asked: PivotAsked }) {
  const words = usePivotWords(objectOf('company'));
  const none = (): void => undefined;
  return (
    <PivotTable
      pivot={PIVOT}
      words={words}
      share={undefined}
      plain={false}
      label="Pivot table"
      onSort={none}
      onChoose={none}
      onOpen={none}
      {...props}
    />
  );
}

test('a cell is chosen by mouse or key, opens what it counts, and a column sorts', async () => {
  const [onChoose, onOpen, onSort] = [
    vi.fn<(chosen: Chosen) => void>(),
    vi.fn<(chosen: Chosen) => void>(),
    vi.fn(),
  ];
  await show(<Table asked={ASKED} onChoose={onChoose} onOpen={onOpen} onSort={onSort} />);
  const grid = screen.getByRole('grid');
  expect(
    within(grid)
      .getAllByRole('row')
      .map((row) => row.textContent),
  ).toEqual([
    'AEmptyTotal',
    'CountryNumberSum: Net revenueNumberSum: Net revenueNumberSum: Net revenue',
    'Korea4⁦€1,200⁩4⁦€1,200⁩',
    'Romania1⁦€8.00⁩23⁦€8.00⁩',
    'Total5⁦€1,208⁩27⁦€1,208⁩',
  ]);
  const [first] = within(grid).getAllByRole('gridcell');
  if (!first) throw new Error('no cell');
  fireEvent.click(first);
  fireEvent.keyDown(grid, { key: 'ArrowDown' });
  fireEvent.keyDown(grid, { key: 'Enter' });
  const chosen = onOpen.mock.calls[0]?.[0];
  expect(chosen && filterOf({ ...ASKED, filter: { field: 'name', op: 'not_empty' } }, chosen)).toEqual({
    and: [
      { field: 'name', op: 'not_empty' },
      { field: 'country', op: 'eq', value: 'Romania' },
      { field: 'abc_class', op: 'eq', value: 'A' },
    ],
  });
  expect(document.activeElement?.textContent).toBe('1');
  fireEvent.click(within(grid).getAllByRole('button', { name: 'Number' })[0] as HTMLElement);
  expect(onSort).toHaveBeenCalledWith({ figure: 0, column: ['A'], descending: true });
});
