import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type FieldSpec, type ObjectSpec, type Sum } from '@/api';
import { isolate, useFormat } from '@/ui';
import type { ListSearch } from '../search';
import type { RecordTableModel } from './useRecordTable';
import styles from './list.module.css';

/** Adding up shares, scores, years and prices of one piece says nothing; amounts and quantities do. */
const SUMMABLE = new Set(['money', 'decimal']);
const PRICE = /(^|_)price$/;

export function SumText({ sum }: { sum: Sum | undefined }): ReactElement | null {
  const format = useFormat();
  if (sum === null || sum === undefined) return null;
  const amounts = Array.isArray(sum)
    ? sum.map((one) => format.money(one, { style: 'whole' }))
    : [isolate(format.number(sum, { maximumFractionDigits: 0 }))];
  return <span className="v-num">{amounts.join(' + ')}</span>;
}

interface SumRowProps {
  object: ObjectSpec;
  fields: FieldSpec[];
  table: RecordTableModel;
  search: ListSearch;
}

/** Under the table: the sum of each column of money, over all rows that fit, not only those loaded. */
export function SumRow({ object, fields, table, search }: SumRowProps): ReactElement | null {
  const { t } = useTranslation();
  const summed = fields.filter(({ name, type }) => SUMMABLE.has(type) && !PRICE.test(name));
  const { filter, q, trash } = search;
  const query = { filter, q, sum: summed.map((field) => field.name).join(',') };
  const { data } = useQuery({
    queryKey: keys.summary(object.name, query),
    queryFn: ({ signal }) => records.summary(object.plural, query, signal),
    enabled: summed.length > 0 && !trash,
  });
  if (!summed.length || !data) return null;
  return (
    <div className={styles.foot} role="row">
      {table.getAllLeafColumns().map((column, at) => {
        const field = summed.find((item) => item.name === column.id);
        return (
          <div
            key={column.id}
            role="gridcell"
            className={[styles.cell, at === 0 && styles.first, field && styles.end].filter(Boolean).join(' ')}
            style={{ width: column.getSize() }}
          >
            {at === 0 ? (
              <span className="v-soft v-small">{t('list.sum')}</span>
            ) : (
              field && <SumText sum={data.total.sum[field.name]} />
            )}
          </div>
        );
      })}
    </div>
  );
}
