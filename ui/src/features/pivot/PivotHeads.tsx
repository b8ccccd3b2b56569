import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PivotHead, PivotSort } from '@/api';
import styles from './pivot.module.css';
import type { PivotTableProps } from './PivotTable';

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Down, up, as it was. */
function nextSort(
  now: PivotSort | undefined,
  figure: number,
  column: PivotHead | null,
): PivotSort | undefined {
  const keys = column ? { column: column.keys } : {};
  const here = now?.figure === figure && same(now.column, column?.keys);
  if (!here) return { figure, ...keys, descending: true };
  return now.descending ? { figure, ...keys, descending: false } : undefined;
}

interface HeadProps extends PivotTableProps {
  /** The columns, and null for the totals. */
  sides: (PivotHead | null)[];
}

function Sorter(
  props: HeadProps & { figure: number; side: PivotHead | null; children: ReactNode },
): ReactElement {
  const { asked, figure, side, onSort, children } = props;
  const { sort } = asked;
  const here = sort?.figure === figure && same(sort.column, side?.keys);
  const Arrow = here && !sort.descending ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" aria-sort={here ? (sort.descending ? 'descending' : 'ascending') : undefined}>
      <button type="button" onClick={() => onSort(nextSort(sort, figure, side))}>
        {here && <Arrow size={12} aria-hidden />}
        {children}
      </button>
    </th>
  );
}

/** Neighbours with the same first value stand under one head. */
function spans(words: string[]): { word: string; span: number; key: number }[] {
  const found: { word: string; span: number; key: number }[] = [];
  words.forEach((word, key) => {
    const last = found[found.length - 1];
    if (last?.word === word) last.span += 1;
    else found.push({ word, span: 1, key });
  });
  return found;
}

/** The columns, each a way to sort by. */
export function Heads(props: HeadProps): ReactElement {
  const { t } = useTranslation();
  const { asked, words, sides } = props;
  const { columns, figures } = asked;
  const several = figures.length > 1;
  const named = sides.map((side) => (side ? words.head(columns, side) : [t('pivot.total')]));
  const last = named.map((parts) => parts[parts.length - 1] ?? '');
  const corner = asked.rows.map((axis) => words.axis(axis)).join(' · ');
  const levels = columns.length > 1 ? [named.map(([first = '']) => first)] : [];
  if (several && columns.length > 0) levels.push(last);
  return (
    <thead>
      {levels.map((level, depth) => (
        <tr key={depth}>
          <th className={styles.first} />
          {(depth === levels.length - 1 && several
            ? level.map((word, key) => ({ word, span: 1, key }))
            : spans(level)
          ).map(({ word, span, key }) => (
            <th key={key} scope="colgroup" colSpan={span * figures.length}>
              <bdi>{word}</bdi>
            </th>
          ))}
        </tr>
      ))}
      <tr>
        <th className={styles.first} scope="col">
          {corner}
        </th>
        {sides.flatMap((side, at) =>
          figures.map((figure, place) => (
            <Sorter key={`${at}:${place}`} {...props} figure={place} side={side}>
              <bdi>{several || columns.length === 0 ? words.figure(figure) : last[at]}</bdi>
            </Sorter>
          )),
        )}
      </tr>
    </thead>
  );
}
