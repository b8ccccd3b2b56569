import { Button, Loader, NumberInput, Slider } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Budget } from '@/api';
import { isolate, Question, useFormat } from '@/ui';
import styles from './budget.module.css';

interface TotalCardProps {
  budget: Budget;
  total: number | undefined;
  busy: boolean;
  onTotal: (total: number | undefined) => void;
  /** The hand is off the slider: time to write it into the address. */
  onSettled: (total: number | undefined) => void;
}

const abs = (amount: number): string => String(Math.abs(amount));

/** What the proposal changes, as one sentence. */
function useVerdict(budget: Budget): { words: string; side: 'gain' | 'loss' } {
  const { t } = useTranslation();
  const format = useFormat();
  const money = (amount: number): string =>
    format.money({ amount: abs(amount), currency: budget.currency }, { style: 'whole' });
  const difference = Number(budget.spent.amount) - Number(budget.today.amount);
  const gain = Number(budget.gain.amount);
  const small = Math.abs(difference) < 0.005 * Math.max(1, Number(budget.today.amount));
  const than = small ? 'same' : difference > 0 ? 'more' : 'less';
  const side = gain < 0 ? 'loss' : 'gain';
  const words = t(`budget.${than}.${side}`, {
    total: money(Number(budget.spent.amount)),
    difference: money(difference),
    profit: money(gain),
  });
  return { words, side };
}

function Effect({ budget, busy }: { budget: Budget; busy: boolean }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { words, side } = useVerdict(budget);
  const gain = Number(budget.gain.amount);
  const unsure = budget.groups.filter(({ response }) => response.warnings.length > 0).map(({ name }) => name);
  const unspent = Number(budget.total.amount) - Number(budget.spent.amount);
  return (
    <div role="status" aria-busy={busy} className={styles.effect}>
      <p className={styles.gain} data-side={side}>
        <span className="v-soft v-small">{t('budget.profitChange')}</span>
        <strong data-testid="gain">
          {isolate((gain > 0 ? '+' : '') + format.money(budget.gain, { style: 'whole' }))}
        </strong>
        {busy && <Loader size={14} aria-hidden />}
      </p>
      <p>{words}</p>
      {budget.marginal_return !== null && (
        <p className="v-soft">
          {t('budget.marginal', {
            unit: format.money({ amount: '1', currency: budget.currency }),
            back: format.money({ amount: budget.marginal_return.toFixed(2), currency: budget.currency }),
          })}
        </p>
      )}
      {unsure.length > 0 && (
        <p className={styles.warning}>{t('budget.beware', { groups: unsure.join(', ') })}</p>
      )}
      {unspent > 0.01 * Number(budget.total.amount) && (
        <p className="v-soft">
          {t('budget.unspent', {
            amount: format.money(
              { amount: unspent.toFixed(2), currency: budget.currency },
              { style: 'whole' },
            ),
          })}
        </p>
      )}
    </div>
  );
}

/** One total for all groups: move it, and see what it does to profit. */
export function TotalCard({ budget, total, busy, onTotal, onSettled }: TotalCardProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const today = Number(budget.today.amount);
  const [reach] = useState(() => Math.ceil(2 * Math.max(today, total ?? 0, 1)));
  const shown = total ?? Math.round(today);
  const money = (amount: number): string =>
    format.money({ amount: String(amount), currency: budget.currency }, { style: 'compact' });
  const jump = (next: number | undefined): void => {
    onTotal(next);
    onSettled(next);
  };
  return (
    <Question title={t('budget.question')} caption={t(`budget.evidence.${budget.evidence}`)}>
      <div className={styles.total}>
        <Slider
          className={styles.slider}
          thumbLabel={t('budget.total')}
          value={Math.min(shown, reach)}
          min={0}
          max={reach}
          step={Math.max(1, Math.round(reach / 200))}
          label={money}
          marks={[{ value: Math.round(today), label: t('budget.todayMark', { amount: money(today) }) }]}
          onChange={onTotal}
          onChangeEnd={onSettled}
        />
        <NumberInput
          aria-label={t('budget.total')}
          w={160}
          value={shown}
          min={0}
          suffix={` ${budget.currency}`}
          thousandSeparator
          onChange={(value) => typeof value === 'number' && value !== shown && jump(value)}
        />
        <Button variant="default" disabled={total === undefined} onClick={() => jump(undefined)}>
          {t('budget.asToday')}
        </Button>
      </div>
      <Effect budget={budget} busy={busy} />
      {budget.evidence === 'association' && (
        <p className="v-small">
          {t('budget.tryIt')} <Link to="/actions">{t('nav.actions')}</Link>
        </p>
      )}
    </Question>
  );
}
