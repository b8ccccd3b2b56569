import type { ReconciliationLine } from '@/api';
import { sumAmounts } from './amounts';

export interface Part {
  lines: number;
  invoices: number;
  amount: string;
}

export interface Reconciled {
  counted: ReconciliationLine[];
  left: ReconciliationLine[];
  /** Net revenue of customers. */
  net: Part;
  /** All that was sold. */
  whole: Part;
}

function total(rows: ReconciliationLine[]): Part {
  return {
    lines: rows.reduce((sum, row) => sum + row.lines, 0),
    invoices: rows.reduce((sum, row) => sum + row.invoices, 0),
    amount: sumAmounts(rows.map((row) => row.amount.amount)),
  };
}

/** What counts for customers, what does not, and the whole, to the cent. */
export function reconciled(rows: ReconciliationLine[]): Reconciled {
  const counted = rows.filter((row) => row.counted);
  const left = rows.filter((row) => !row.counted);
  return { counted, left, net: total(counted), whole: total(rows) };
}
