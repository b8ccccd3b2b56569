import { Select } from '@mantine/core';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { WholeMethod } from '@/api';
import { ColumnTable, Plot, Question, useFormat, useTip, type PlotContext } from '@/ui';
import {
  driftFields,
  driftOption,
  driftPoints,
  kindOf,
  verdict,
  type DriftKind,
  type DriftPoint,
} from './drift';
import { useWords } from './useWords';
import styles from './methods.module.css';

const HEIGHT = 220;

/** How one run differs from the one before, in a sentence. */
function useSentence(kind: DriftKind): (point: DriftPoint) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (point) => {
      const day = format.date(point.asOf);
      if (kind === 'class')
        return t(`methods.drift.${verdict(point.psi ?? 0)}`, {
          day,
          share: format.share(point.share),
          psi: format.number(point.psi ?? 0, { maximumFractionDigits: 3 }),
        });
      const number = (value: number | null): string =>
        format.number(value ?? 0, { maximumFractionDigits: 0 });
      return t('methods.drift.total', {
        day,
        share: format.share(point.share),
        before: number(point.before),
        after: number(point.after),
      });
    },
    [kind, t, format],
  );
}

function Table({ points, kind }: { points: DriftPoint[]; kind: DriftKind }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const psi = { head: t('methods.drift.psi'), cell: (point: DriftPoint) => format.number(point.psi ?? 0) };
  return (
    <ColumnTable
      className={styles.rows}
      rows={points}
      rowKey={({ at }) => at}
      columns={[
        { head: t('methods.drift.day'), cell: (point) => format.date(point.asOf), words: true },
        { head: t(`methods.drift.axis.${kind}`), cell: (point) => format.share(point.share, 2) },
        ...(kind === 'class' ? [psi] : []),
      ]}
    />
  );
}

/** How far each run moved away from the one before, for one field of the method. */
export function DriftQuestion({ method }: { method: WholeMethod }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const tip = useTip();
  const words = useWords();
  const [chosen, setChosen] = useState<string>();
  const [asTable, setAsTable] = useState(false);
  const fields = driftFields(method.runs, method.outputs);
  const field = chosen ?? fields.find((name) => method.history.includes(name)) ?? fields[0] ?? '';
  const kind = kindOf(method.runs, field);
  const points = useMemo(() => {
    const of = (object: string): DriftPoint[] => driftPoints(method.runs, object, field);
    const companies = of('company');
    return companies.length > 0 ? companies : of('person');
  }, [method.runs, field]);
  const sentence = useSentence(kind);
  const axis = t(`methods.drift.axis.${kind}`);
  const option = useCallback(
    (context: PlotContext) =>
      driftOption(points, { axis, point: (point) => tip(sentence(point)) }, format, context),
    [points, axis, sentence, format, tip],
  );
  const last = points.at(-1);
  return (
    <Question
      title={t('methods.drift.title')}
      answer={last && sentence(last)}
      caption={last && t(`methods.drift.caption.${kind}`)}
      table={last && <Table points={points} kind={kind} />}
      asTable={asTable}
      onTable={setAsTable}
      tools={
        fields.length > 1 && (
          <Select
            aria-label={t('methods.drift.of')}
            allowDeselect={false}
            value={field}
            data={fields.map((name) => ({ value: name, label: words.field(name) }))}
            onChange={(next) => setChosen(next ?? undefined)}
          />
        )
      }
    >
      {last ? (
        <Plot option={option} label={`${t('methods.drift.title')} ${sentence(last)}`} height={HEIGHT} />
      ) : (
        <p className="v-soft">{t('methods.drift.none')}</p>
      )}
    </Question>
  );
}
