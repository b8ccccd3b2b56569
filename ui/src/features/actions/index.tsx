export { ActionPage } from './ActionPage';
export { ActionsPage } from './ActionsPage';
export { ActionTool } from './ActionTool';
