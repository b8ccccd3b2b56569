import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalibrationBin, Quality } from '@/api';
import { Plot, Question, useFormat, type PlotContext } from '@/ui';
import styles from './leaving.module.css';
import { calibrationOption, miss } from './plots';

const HEIGHT = 280;
const CLOSE = 0.03;

function Table({ bins }: { bins: CalibrationBin[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className={styles.rows}>
      <thead>
        <tr>
          <th className={styles.end}>{t('leaving.foreseen')}</th>
          <th className={styles.end}>{t('leaving.came')}</th>
          <th className={styles.end}>{t('base.customers')}</th>
        </tr>
      </thead>
      <tbody>
        {bins.map((bin, index) => (
          <tr key={index}>
            <td className={styles.end}>{format.share(bin.foreseen)}</td>
            <td className={styles.end}>{format.share(bin.came)}</td>
            <td className={styles.end}>{format.number(bin.rows)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether a chance of thirty per cent means that thirty of a hundred go. */
export function CalibrationQuestion({ quality }: { quality: Quality }): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  const bins = quality.calibration;
  const dir = i18n.dir();
  const option = useCallback(
    (context: PlotContext) => {
      const point = (index: number): string => {
        const bin = bins[index];
        if (!bin) return '';
        const words = {
          foreseen: format.share(bin.foreseen),
          came: format.share(bin.came),
          customers: format.number(bin.rows),
        };
        return `<div dir="${dir}">${t('leaving.bin', words)}</div>`;
      };
      const words = { x: t('leaving.foreseen'), y: t('leaving.came'), point };
      return calibrationOption(bins, words, format, context);
    },
    [bins, format, t, dir],
  );
  const off = miss(bins);
  const points = format.number(off * 100, { maximumFractionDigits: 1 });
  return (
    <Question
      title={t('leaving.calibration')}
      answer={t(off <= CLOSE ? 'leaving.calibrated' : 'leaving.notCalibrated', { points })}
      caption={t(quality.how === 'time' ? 'leaving.byTime' : 'leaving.byFolds', {
        rows: format.number(quality.rows),
      })}
      table={<Table bins={bins} />}
      asTable={asTable}
      onTable={setAsTable}
    >
      <Plot
        option={option}
        label={t('leaving.calibrationLabel', { number: bins.length, points })}
        height={HEIGHT}
      />
    </Question>
  );
}
