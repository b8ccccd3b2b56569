import type { CSSProperties, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, FieldSpec, ObjectSpec } from '@/api';
import { useFieldLabel, useLabel } from '@/catalogue';
import { FieldValue, kitOf } from '@/fields';
import { useFormat } from '@/ui';
import type { ListSearch } from '../search';
import { SumText, useSums } from './SumRow';
import styles from './list.module.css';

interface ListOnPaperProps {
  object: ObjectSpec;
  fields: FieldSpec[];
  rows: ApiRecord[];
  search: ListSearch;
  /** There are more rows than these. */
  more: boolean;
}

const side = ({ type }: FieldSpec): string | undefined => (kitOf(type).align === 'end' ? 'v-end' : undefined);

/** The rows of a list as paper has them: all that are loaded, the heads again on each sheet, the sums at the end. */
export function ListOnPaper({ object, fields, rows, search, more }: ListOnPaperProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const label = useFieldLabel();
  const format = useFormat();
  const sums = useSums({ object, fields, search });
  const width = { '--columns': fields.length + 2 } as CSSProperties;
  return (
    <div className={styles.paper}>
      {search.q && (
        <p>
          {t('list.find')}: <bdi>{search.q}</bdi>
        </p>
      )}
      <table className="v-rows" style={width}>
        <thead>
          <tr>
            <th>{read(object.label)}</th>
            {fields.map((field) => (
              <th key={field.name} className={side(field)}>
                {label(field)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <bdi>{row.title || `#${row.id}`}</bdi>
              </td>
              {fields.map((field) => (
                <td key={field.name} className={side(field)}>
                  <FieldValue field={field} value={row[field.name]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {sums && (
          <tfoot>
            <tr>
              <td>{t('list.sum')}</td>
              {fields.map((field) => (
                <td key={field.name} className={side(field)}>
                  <SumText sum={sums[field.name]} />
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {more && (
        <p className="v-soft">
          {t('list.onPaper', { count: rows.length, number: format.number(rows.length) })}
        </p>
      )}
    </div>
  );
}
