export { PoliciesPage } from './PoliciesPage';
export { PolicyPanel } from './PolicyPanel';
export { PolicyTool } from './PolicyTool';
