import { useComputedColorScheme, useDirection, Skeleton } from '@mantine/core';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { SHEET_WIDTH, usePrinting } from '../printing';
import { colourOf, type Meaning } from '../tokens/meaning';
import type { EChartsOption, PlotEvent, PlotInstance } from './echarts';

export type { EChartsOption } from './echarts';

export interface PlotContext {
  /** Colours by meaning, already resolved for the present light or dark scheme. */
  colour: (meaning: Meaning) => string;
  rtl: boolean;
}

export interface PlotProps {
  /** Builds the ECharts option; called again when data, colour scheme or direction change. Memoise it. */
  option: (context: PlotContext) => EChartsOption;
  /** What the plot says, for screen readers. */
  label: string;
  height: number;
  onClick?: (event: PlotEvent) => void;
  /** A click anywhere between the axes, in their units: small marks need no aim. */
  onPick?: (x: number, y: number) => void;
}

/** The one door to ECharts: loaded when the first plot is shown, themed by tokens, resized with its box. */
export function Plot({ option, label, height, onClick, onPick }: PlotProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const heard = useRef({ onClick, onPick });
  const [chart, setChart] = useState<PlotInstance | null>(null);
  const scheme = useComputedColorScheme();
  const { dir } = useDirection();
  const printing = usePrinting();

  useEffect(() => {
    heard.current = { onClick, onPick };
  }, [onClick, onPick]);

  useEffect(() => {
    let gone = false;
    let made: PlotInstance | null = null;
    void import('./echarts').then(({ create }) => {
      if (gone || !box.current) return;
      made = create(box.current, {
        onClick: (event) => heard.current.onClick?.(event),
        onPick: () => heard.current.onPick ?? null,
      });
      setChart(made);
    });
    return () => {
      gone = true;
      made?.dispose();
    };
  }, []);

  // After the scheme is on the page: the colours are read from its style.
  useEffect(() => {
    chart?.show(option({ colour: colourOf, rtl: dir === 'rtl' }));
  }, [chart, option, dir, scheme, printing]);

  useEffect(() => {
    chart?.fit(printing ? SHEET_WIDTH : 'auto');
  }, [chart, printing]);

  return (
    <div style={{ position: 'relative', height }} role="img" aria-label={label}>
      {!chart && <Skeleton height={height} />}
      <div ref={box} style={{ position: 'absolute', inset: 0 }} dir="ltr" />
    </div>
  );
}
