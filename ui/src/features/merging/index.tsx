export { MergeAction } from './MergeAction';
export { MergeTool } from './MergeTool';
export { UndoMerge } from './UndoMerge';
