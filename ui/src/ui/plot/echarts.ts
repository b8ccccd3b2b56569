import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts';
import { colourOf } from '../tokens/meaning';

export type { EChartsOption } from 'echarts';

/** What a click on a mark carries: the value and the index of the datum, and the series it belongs to. */
export interface PlotEvent {
  dataIndex: number;
  seriesIndex: number;
  name: string;
  value: unknown;
  data: unknown;
}

export interface PlotInstance {
  show: (option: EChartsOption) => void;
  /** Drawn at once to this width, or to that of its box. */
  fit: (width: number | 'auto') => void;
  dispose: () => void;
}

echarts.use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

function base(): EChartsOption {
  return {
    animation: false,
    textStyle: {
      fontFamily: getComputedStyle(document.body).fontFamily,
      color: colourOf('soft'),
      fontSize: 12,
    },
    tooltip: {
      confine: true,
      backgroundColor: colourOf('background'),
      borderColor: colourOf('line'),
      textStyle: { color: colourOf('text'), fontSize: 12 },
    },
  };
}

function merged(option: EChartsOption): EChartsOption {
  const common = base();
  const tooltip = Array.isArray(option.tooltip) ? option.tooltip : { ...common.tooltip, ...option.tooltip };
  return { ...common, ...option, tooltip };
}

export interface PlotHandlers {
  onClick: (event: PlotEvent) => void;
  /** A click anywhere between the axes, in the units of the axes; null where nothing listens. */
  onPick: () => ((x: number, y: number) => void) | null;
}

function listen(chart: echarts.ECharts, { onClick, onPick }: PlotHandlers): void {
  const canvas = chart.getZr();
  const inside = (x: number, y: number): boolean => chart.containPixel('grid', [x, y]);
  chart.on('click', (event) => onClick(event as unknown as PlotEvent));
  canvas.on('click', ({ offsetX, offsetY }) => {
    const [x, y] = inside(offsetX, offsetY) ? chart.convertFromPixel('grid', [offsetX, offsetY]) : [];
    if (x !== undefined && y !== undefined) onPick()?.(x, y);
  });
  canvas.on('mousemove', ({ offsetX, offsetY }) => {
    if (onPick() && inside(offsetX, offsetY)) canvas.setCursorStyle('pointer');
  });
}

export function create(box: HTMLElement, handlers: PlotHandlers): PlotInstance {
  const chart = echarts.init(box, null, { renderer: 'svg' });
  const watcher = new ResizeObserver(() => chart.resize());
  watcher.observe(box);
  listen(chart, handlers);
  return {
    show: (option) => chart.setOption(merged(option), { notMerge: true }),
    fit: (width) => {
      chart.resize({ width });
      chart.getZr().flush();
    },
    dispose: () => {
      watcher.disconnect();
      chart.dispose();
    },
  };
}
