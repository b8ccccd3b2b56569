import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Effect, Leaving, ObjectSpec, Quality } from '@/api';
import { nameOf, noteWords, useNames } from '@/records';
import { Question, useFormat } from '@/ui';
import { CalibrationQuestion } from './CalibrationQuestion';
import { Keep } from './Keep';
import styles from './leaving.module.css';
import { SurvivalQuestion } from './SurvivalQuestion';
import { effectWords, gathered } from './words';

interface ResultProps {
  object: ObjectSpec;
  leaving: Leaving;
}

const SHOWN = 12;

function Figure({ name, value, note }: { name: string; value: string; note: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className={styles.big}>{value}</span>
        <span className="v-soft v-small">{note}</span>
      </dd>
    </div>
  );
}

/** How well the model does on customers that it has not seen, each figure with what it means. */
function Figures({ leaving, quality }: { leaving: Leaving; quality: Quality }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const exact = (value: number, digits: number): string =>
    format.number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const share = leaving.events / leaving.n;
  return (
    <dl className={styles.figures}>
      <Figure
        name={t('leaving.went')}
        value={format.share(share)}
        note={t('leaving.wentNote', { events: format.number(leaving.events), all: format.number(leaving.n) })}
      />
      <Figure
        name="AUC"
        value={exact(quality.auc, 3)}
        note={t('leaving.aucNote', { pairs: format.number(Math.round(quality.auc * 100)) })}
      />
      <Figure
        name={t('leaving.brier')}
        value={exact(quality.brier, 3)}
        note={t('leaving.brierNote', { blind: exact(share * (1 - share), 3) })}
      />
      <Figure
        name={t('leaving.lift')}
        value={t('leaving.times', { times: exact(quality.lift, 2) })}
        note={t('leaving.liftNote', { share: format.share(quality.lift * share, 0) })}
      />
    </dl>
  );
}

/** What the model was not given, and what to bear in mind. */
function Notes({ object, leaving }: ResultProps): ReactElement {
  const { t } = useTranslation();
  const names = useNames(object);
  const refused = leaving.notes.filter(({ code }) => code === 'known_after');
  const others = gathered(
    leaving.notes.filter(({ code }) => code !== 'known_after'),
    names,
  );
  return (
    <>
      {refused.length > 0 && (
        <div className={styles.refused} role="status">
          <strong>{t('leaving.refused')}</strong>{' '}
          {t('leaving.refusedWhy', {
            fields: refused.map(({ params }) => nameOf(names, String(params.column))).join(', '),
          })}
        </div>
      )}
      {others.length > 0 && (
        <ul className={styles.notes} aria-label={t('leaving.notes')}>
          {others.map((note) => (
            <li key={note.words}>{noteWords(note, names)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function EffectRow({ object, effect }: { object: ObjectSpec; effect: Effect }): ReactElement {
  const names = useNames(object);
  const { t, format } = names;
  const more = effect.odds_ratio >= 1;
  const times = format.number(effect.odds_ratio, { maximumSignificantDigits: 2 });
  return (
    <tr>
      <td>
        <bdi>{effectWords(effect, names)}</bdi>
      </td>
      <td className={`${styles.end} ${more ? 'v-loss' : 'v-gain'}`}>{t('leaving.odds', { times })}</td>
      <td className="v-soft">{t(more ? 'leaving.more' : 'leaving.less')}</td>
    </tr>
  );
}

function Effects({ object, leaving }: ResultProps): ReactElement {
  const names = useNames(object);
  const { t, format } = names;
  const known = leaving.effects.filter(({ unknown }) => !unknown);
  const [first] = known;
  return (
    <Question
      title={t('leaving.effects')}
      answer={
        first &&
        t('leaving.effectsAnswer', {
          effect: effectWords(first, names),
          times: format.number(first.odds_ratio, { maximumSignificantDigits: 2 }),
        })
      }
      caption={t('leaving.effectsCaption')}
    >
      <table className={styles.rows}>
        <tbody>
          {[...known, ...leaving.effects.filter(({ unknown }) => unknown)].slice(0, SHOWN).map((effect) => (
            <EffectRow
              key={`${effect.feature} ${effect.level ?? ''} ${effect.unknown}`}
              object={object}
              effect={effect}
            />
          ))}
        </tbody>
      </table>
    </Question>
  );
}

/** The model in words and pictures, or why there is none. */
export function Result({ object, leaving }: ResultProps): ReactElement {
  const { t } = useTranslation();
  const { quality, survival } = leaving;
  return (
    <div className={styles.result}>
      {!quality && <strong>{t('leaving.none')}</strong>}
      {quality && <Figures leaving={leaving} quality={quality} />}
      <Notes object={object} leaving={leaving} />
      {quality && <Keep object={object} leaving={leaving} />}
      {quality && <CalibrationQuestion quality={quality} />}
      {quality && <Effects object={object} leaving={leaving} />}
      {survival && survival.points.length > 0 && <SurvivalQuestion object={object} survival={survival} />}
    </div>
  );
}
