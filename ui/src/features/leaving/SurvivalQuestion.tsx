import { useCallback, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectSpec, Survival } from '@/api';
import { nameOf, noteWords, useNames } from '@/records';
import { Plot, Question, useFormat, useTip, type PlotContext } from '@/ui';
import { survivalOption, thereAfter } from './plots';

const HEIGHT = 280;

interface SurvivalProps {
  object: ObjectSpec;
  survival: Survival;
}

/** How many are still there after so long, those who have not left yet counted as far as they were seen. */
export function SurvivalQuestion({ object, survival }: SurvivalProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { points, median } = survival;
  const names = useNames(object);
  const tenure = nameOf(names, survival.tenure);
  const tip = useTip();
  const option = useCallback(
    (context: PlotContext) => {
      const point = (index: number): string => {
        const at = points[index];
        if (!at) return '';
        const words = {
          time: format.number(at.time),
          share: format.share(at.survival),
          lower: format.share(at.lower),
          upper: format.share(at.upper),
          customers: format.number(at.at_risk),
        };
        return tip(t('leaving.survivalPoint', words));
      };
      return survivalOption(points, { x: tenure, y: t('leaving.stillThere'), point }, format, context);
    },
    [points, format, t, tip, tenure],
  );
  const last = points.at(-1)?.time ?? 0;
  const middle = points[Math.floor(points.length / 2)]?.time ?? last / 2;
  const words = {
    tenure,
    middle: format.number(middle),
    half: format.share(thereAfter(points, middle), 0),
    last: format.number(last),
    end: format.share(thereAfter(points, last), 0),
  };
  return (
    <Question
      title={t('leaving.survival')}
      answer={
        median === null
          ? t('leaving.survivalAnswer', words)
          : t('leaving.survivalMedian', { ...words, median: format.number(median) })
      }
      caption={[
        t('leaving.survivalCaption', { customers: format.number(survival.n) }),
        ...survival.notes.map((note) => noteWords(note, names)),
      ].join(' · ')}
    >
      <Plot option={option} label={t('leaving.survivalAnswer', words)} height={HEIGHT} />
    </Question>
  );
}
