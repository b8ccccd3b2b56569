export { DayInput } from './DayInput';
export { dayForm } from './day';
export { Failure } from './Failure';
export { Face, initials } from './Face';
export { FileDrop } from './FileDrop';
export { FormModal } from './FormModal';
export { Missing } from './Missing';
export { Notice, TablePicture } from './Notice';
export { Plot, type EChartsOption, type PlotContext, type PlotProps } from './plot/Plot';
export type { PlotEvent } from './plot/echarts';
export { HeatTable, type HeatCell, type HeatRow } from './plot/HeatTable';
export { PrintButton } from './PrintButton';
export { usePrinting, watchPrinting } from './printing';
export { heatLevel } from './plot/heat';
export { ColumnTable, type Column } from './ColumnTable';
export { across, acrossWords, plotGrid, tipAt, upwards, useTip } from './plot/axes';
export { Question } from './plot/Question';
export { Tag } from './Tag';
export { TitleRow } from './TitleRow';
export { usePageTitle } from './usePageTitle';
export { Wait } from './Wait';
export { classColour, colourOf, MEANING, type Meaning } from './tokens/meaning';
export { hideToast, toast } from './toast';
export { undoToast } from './undoToast';
export {
  directed,
  inSentence,
  isolate,
  makeFormat,
  useFormat,
  useRegion,
  type Amount,
  type Format,
} from './format';
export { theme } from './tokens/theme';
export { OBJECT_ICONS, ObjectIcon } from './Icon';
