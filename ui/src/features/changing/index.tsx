export { ChangesPage } from './ChangesPage';
export { ChangeTools } from './ChangeTools';
