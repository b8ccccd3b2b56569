import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { directed } from '../format';
import type { PlotContext } from './Plot';

type Tell = (value: number) => string;

interface AxisLook {
  name: string;
  /** From the axis to its name. */
  gap: number;
  /** How a value of the axis is written. */
  tell?: Tell;
}

function named({ name, gap, tell }: AxisLook, { colour, rtl }: PlotContext): object {
  return {
    type: 'value',
    name: directed(name, rtl),
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { color: colour('soft') },
    axisLine: { lineStyle: { color: colour('line') } },
    axisLabel: { color: colour('soft'), ...(tell && { formatter: tell }) },
  };
}

/** The axis along the bottom: it begins where reading begins. */
export function across(look: AxisLook, context: PlotContext): object {
  return { ...named(look, context), inverse: context.rtl, splitLine: { show: false } };
}

/** The same with a place for each of these words. */
export function acrossWords(look: AxisLook, words: string[], context: PlotContext): object {
  return {
    ...across(look, context),
    type: 'category',
    data: words,
    axisTick: { show: false },
    axisLabel: { color: context.colour('soft'), hideOverlap: true },
  };
}

/** The upright axis, on the side where reading begins. */
export function upwards(look: AxisLook, context: PlotContext): object {
  return {
    ...named(look, context),
    position: context.rtl ? 'right' : 'left',
    splitLine: { lineStyle: { color: context.colour('line') } },
  };
}

/** The room around a plot: most of it beside the upright axis. */
export function plotGrid(side: number, { rtl }: PlotContext, bottom = 48): object {
  return { left: rtl ? 16 : side, right: rtl ? side : 16, top: 16, bottom };
}

/** What is told over the place nearest to the pointer, by its number in the data. */
export function tipAt(say: (index: number) => string, pointer?: object): object {
  return {
    trigger: 'axis',
    ...(pointer && { axisPointer: pointer }),
    formatter: (shown: unknown) => {
      const first = Array.isArray(shown) ? (shown[0] as { dataIndex: number } | undefined) : undefined;
      return first ? say(first.dataIndex) : '';
    },
  };
}

/** Words over a mark in their own direction: the drawing itself always runs left to right. */
export function useTip(): (words: string) => string {
  const dir = useTranslation().i18n.dir();
  return useCallback((words) => `<div dir="${dir}">${words}</div>`, [dir]);
}
