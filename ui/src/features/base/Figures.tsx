import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Base } from '@/api';
import { useFormat } from '@/ui';
import styles from './base.module.css';

interface FigureProps {
  label: string;
  value: string | null;
  /** What stands where the value is not known. */
  unknown?: string;
  note?: ReactNode;
}

function Figure({ label, value, unknown, note }: FigureProps): ReactElement {
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd>
        <span className={value === null ? styles.unknown : styles.big}>{value ?? unknown}</span>
        {note && <span className={styles.note}>{note}</span>}
      </dd>
    </div>
  );
}

/** The base in a few figures. What is not known is said, not guessed. */
export function Figures({ base }: { base: Base }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { customers, revenue_net: net, margin, alive, expected_value: expected, unassigned } = base;
  const per = Number(net.amount) > 0 && margin ? Number(margin.amount) / Number(net.amount) : null;
  const days = base.run?.settings.horizon_days ?? 365;
  return (
    <dl className={styles.figures}>
      <Figure
        label={t('base.customers')}
        value={format.number(customers)}
        note={
          base.period &&
          t('base.period', { from: format.date(base.period.from), to: format.date(base.period.to) })
        }
      />
      <Figure
        label={t('base.netRevenue')}
        value={format.money(net, { style: 'whole' })}
        note={t(base.run?.settings.cleaning === 'textbook' ? 'base.textbook' : 'base.afterReturns')}
      />
      <Figure
        label={t('base.margin')}
        value={margin && format.money(margin, { style: 'whole' })}
        unknown={t('base.marginUnknown')}
        note={per === null ? t('base.marginRemedy') : t('base.ofRevenue', { share: format.share(per) })}
      />
      <Figure
        label={t('base.alive')}
        value={alive === null ? null : format.number(alive)}
        unknown={t('base.unknown')}
        note={
          alive !== null && customers > 0 && t('base.ofCustomers', { share: format.share(alive / customers) })
        }
      />
      <Figure
        label={days === 365 ? t('base.expected12') : t('base.expectedDays', { days: format.number(days) })}
        value={expected && format.money(expected, { style: 'whole' })}
        unknown={t('base.unknown')}
        note={t('base.expectedNote')}
      />
      {unassigned && (
        <Figure
          label={t('base.unassigned')}
          value={format.money(unassigned.amount, { style: 'whole' })}
          note={
            unassigned.invoices > 0
              ? t('base.unassignedNote', {
                  count: unassigned.invoices,
                  invoices: format.number(unassigned.invoices),
                  lines: format.number(unassigned.lines),
                })
              : t('base.unassignedNone')
          }
        />
      )}
    </dl>
  );
}
