import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Budget, BudgetShare } from '@/api';
import { Question, useFormat } from '@/ui';
import styles from './budget.module.css';
import { pictureOf } from './curve';

const WIDTH = 240;
const HEIGHT = 120;

function Curve({ share, currency }: { share: BudgetShare; currency: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const today = Number(share.today.each.amount);
  const proposal = Number(share.proposal.each.amount);
  const picture = pictureOf(share.response, [today, proposal], WIDTH, HEIGHT);
  const { r2, warnings } = share.response;
  const money = (amount: number): string =>
    format.money({ amount: amount.toFixed(2), currency }, { style: 'compact' });
  const words = {
    group: share.name,
    today: format.money(share.today.each),
    proposal: format.money(share.proposal.each),
  };
  if (!picture)
    return (
      <figure className={styles.curve}>
        <figcaption>
          <strong>
            <bdi>{share.name}</bdi>
          </strong>
          <p className="v-soft">{t(`budget.refused.${share.response.refused ?? 'no_response'}`)}</p>
        </figcaption>
      </figure>
    );
  return (
    <figure className={styles.curve}>
      <svg
        viewBox={`-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`}
        role="img"
        aria-label={t('budget.curveLabel', words)}
      >
        <path d={`M0 0V${HEIGHT}H${WIDTH}`} className={styles.axes} />
        {picture.points.map(({ x, y }) => (
          <circle key={`${x}/${y}`} cx={x} cy={y} r="2" className={styles.seen} />
        ))}
        <path d={picture.path} className={styles.line} />
        <circle {...centre(picture.at(today))} r="5" className={styles.now} />
        <circle {...centre(picture.at(proposal))} r="5" className={styles.then} />
      </svg>
      <figcaption>
        <strong>
          <bdi>{share.name}</bdi>
        </strong>{' '}
        {t(`budget.kind.${share.evidence}`)}
        {r2 !== null && <> · {t('budget.explains', { share: format.share(Math.max(0, r2), 0) })}</>}
        <p className="v-soft">
          {t('budget.ends', {
            number: format.number(share.known),
            spend: money(picture.most),
            outcome: money(picture.high),
          })}
        </p>
        {warnings.map((code) => (
          <p key={code} className={styles.warning}>
            {t(`budget.warning.${code}`)}
          </p>
        ))}
      </figcaption>
    </figure>
  );
}

const centre = ({ x, y }: { x: number; y: number }): { cx: number; cy: number } => ({ cx: x, cy: y });

/** How what a customer brings goes with what they cost, group by group, and where today and the proposal stand. */
export function Curves({ budget }: { budget: Budget }): ReactElement {
  const { t } = useTranslation();
  return (
    <Question
      title={t('budget.curves')}
      caption={
        <>
          <span className={styles.dot} data-bar="today" aria-hidden /> {t('budget.today')}{' '}
          <span className={styles.dot} data-bar="proposal" aria-hidden /> {t('budget.proposal')} ·{' '}
          {t('budget.axes')}
        </>
      }
    >
      <div className={styles.curves}>
        {budget.groups.map((share) => (
          <Curve key={share.name} share={share} currency={budget.currency} />
        ))}
      </div>
    </Question>
  );
}
