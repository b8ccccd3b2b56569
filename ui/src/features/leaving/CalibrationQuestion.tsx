import { useCallback, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalibrationBin, Quality } from '@/api';
import { ColumnTable, Plot, Question, useFormat, useTip, type PlotContext } from '@/ui';
import { calibrationOption, miss } from './plots';

const HEIGHT = 280;
const CLOSE = 0.03;

function Table({ bins }: { bins: CalibrationBin[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ColumnTable
      rows={bins}
      rowKey={(_, index) => index}
      columns={[
        { head: t('leaving.foreseen'), cell: (bin) => format.share(bin.foreseen) },
        { head: t('leaving.came'), cell: (bin) => format.share(bin.came) },
        { head: t('base.customers'), cell: (bin) => format.number(bin.rows) },
      ]}
    />
  );
}

/** Whether a chance of thirty per cent means that thirty of a hundred go. */
export function CalibrationQuestion({ quality }: { quality: Quality }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const tip = useTip();
  const [asTable, setAsTable] = useState(false);
  const bins = quality.calibration;
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
        return tip(t('leaving.bin', words));
      };
      const words = { x: t('leaving.foreseen'), y: t('leaving.came'), point };
      return calibrationOption(bins, words, format, context);
    },
    [bins, format, t, tip],
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
