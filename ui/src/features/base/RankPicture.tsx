import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerObject } from '@/api';
import { classColour, MEANING, inSentence, useFormat } from '@/ui';
import styles from './base.module.css';
import { usePareto } from './ParetoQuestion';
import { rankPath, rankPoint } from './rank';
import { useMeasureName } from './useMeasureName';

interface RankPictureProps {
  object: CustomerObject;
  measure: string;
  rank: number;
  valueClass: string;
}

const [WIDTH, HEIGHT] = [280, 64];

/** Where the customer stands among all others: a dot on the curve of the whole base, if the reader sees it. */
export function RankPicture({ object, measure, rank, valueClass }: RankPictureProps): ReactElement | null {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const name = useMeasureName(object);
  const { data } = usePareto(object, measure);
  const at = data && rankPoint(data, rank);
  if (!data || !at) return null;
  const words = {
    rank: format.number(rank),
    all: format.number(data.n),
    measure: inSentence(name(data.measure), i18n.language),
  };
  const sentence = t(data.whole ? 'panel.rank' : 'panel.rankOnly', words);
  if (!data.whole) return <p className="v-soft v-small">{sentence}</p>;
  const mirrored = i18n.dir() === 'rtl' ? `translate(${WIDTH} 0) scale(-1 1)` : undefined;
  return (
    <figure style={{ margin: 0 }}>
      <svg
        className={styles.rank}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <g transform={mirrored} fill="none" vectorEffect="non-scaling-stroke">
          <path d={`M0 ${HEIGHT}H${WIDTH}`} stroke="var(--v-line)" />
          {data.cuts.map((cut) => (
            <path
              key={cut.class}
              d={`M${cut.share_customers * WIDTH} 0V${HEIGHT}`}
              stroke={`var(${MEANING[classColour(cut.class)]})`}
              strokeDasharray="3 3"
            />
          ))}
          <path d={rankPath(data.points, WIDTH, HEIGHT)} stroke="var(--v-text-soft)" strokeWidth="1.5" />
          <circle
            cx={at.x * WIDTH}
            cy={HEIGHT - at.y * HEIGHT}
            r="5"
            fill={`var(${MEANING[classColour(valueClass)]})`}
            stroke="var(--v-bg)"
            strokeWidth="2"
          />
        </g>
      </svg>
      <figcaption className="v-soft v-small">{sentence}</figcaption>
    </figure>
  );
}
