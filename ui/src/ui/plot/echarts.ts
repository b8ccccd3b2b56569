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

export function create(box: HTMLElement, onClick: (event: PlotEvent) => void): PlotInstance {
  const chart = echarts.init(box, null, { renderer: 'svg' });
  const watcher = new ResizeObserver(() => chart.resize());
  watcher.observe(box);
  chart.on('click', (event) => onClick(event as unknown as PlotEvent));
  return {
    show: (option) => chart.setOption(merged(option), { notMerge: true }),
    dispose: () => {
      watcher.disconnect();
      chart.dispose();
    },
  };
}
