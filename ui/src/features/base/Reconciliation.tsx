import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Base, ReconciliationLine } from '@/api';
import { Question, useFormat } from '@/ui';
import styles from './base.module.css';
import { reconciled, type Part } from './reconcile';

/** From everything that was sold to the net revenue of customers, to the cent. */
export function Reconciliation({ base }: { base: Base }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  if (base.reconciliation.length === 0) return null;
  const { counted, left, net, whole } = reconciled(base.reconciliation);
  const word = ({ bucket, customer, label }: ReconciliationLine): string =>
    i18n.exists(`bucket.${bucket}`)
      ? t('reconcile.line', { what: t(`bucket.${bucket}`), who: t(`bucket.of.${customer}`) })
      : label;
  const cells = (part: Part): ReactElement => (
    <>
      <td className={styles.end}>{format.number(part.lines)}</td>
      <td className={styles.end}>{format.money({ amount: part.amount, currency: base.currency })}</td>
    </>
  );
  const row = (line: ReconciliationLine): ReactElement => (
    <tr key={`${line.customer}.${line.bucket}`}>
      <td>{word(line)}</td>
      {cells({ ...line, amount: line.amount.amount })}
    </tr>
  );
  return (
    <Question title={t('reconcile.title')} caption={t('reconcile.caption')}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('reconcile.what')}</th>
            <th className={styles.end}>{t('reconcile.lines')}</th>
            <th className={styles.end}>{t('reconcile.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {counted.map(row)}
          <tr className={styles.total}>
            <td>{t('reconcile.net')}</td>
            {cells(net)}
          </tr>
          {left.length > 0 && (
            <tr className={styles.group}>
              <td colSpan={3}>{t('reconcile.left')}</td>
            </tr>
          )}
          {left.map(row)}
          <tr className={styles.total}>
            <td>{t('reconcile.whole')}</td>
            {cells(whole)}
          </tr>
        </tbody>
      </table>
    </Question>
  );
}
