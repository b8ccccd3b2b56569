import { useMantineColorScheme, useDirection, Skeleton } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
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
}

/** The one door to ECharts: loaded when the first plot is shown, themed by tokens, resized with its box. */
export function Plot({ option, label, height, onClick }: PlotProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const click = useRef(onClick);
  const [chart, setChart] = useState<PlotInstance | null>(null);
  const { colorScheme } = useMantineColorScheme();
  const { dir } = useDirection();

  useEffect(() => {
    click.current = onClick;
  }, [onClick]);

  useEffect(() => {
    let gone = false;
    let made: PlotInstance | null = null;
    void import('./echarts').then(({ create }) => {
      if (gone || !box.current) return;
      made = create(box.current, (event) => click.current?.(event));
      setChart(made);
    });
    return () => {
      gone = true;
      made?.dispose();
    };
  }, []);

  const built = useMemo(
    () => ({ scheme: colorScheme, value: option({ colour: colourOf, rtl: dir === 'rtl' }) }),
    [option, dir, colorScheme],
  );

  useEffect(() => {
    chart?.show(built.value);
  }, [chart, built]);

  return (
    <div style={{ position: 'relative', height }} role="img" aria-label={label}>
      {!chart && <Skeleton height={height} />}
      <div ref={box} style={{ position: 'absolute', inset: 0 }} dir="ltr" />
    </div>
  );
}
