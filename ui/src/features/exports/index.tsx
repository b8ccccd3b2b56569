export { ExportTool } from './ExportTool';
export { WholeExport } from './WholeExport';
