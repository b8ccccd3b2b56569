export { ExportTool } from './ExportTool';
