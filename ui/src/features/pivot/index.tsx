export { PivotPage } from './PivotPage';
export { PivotTool } from './PivotTool';
