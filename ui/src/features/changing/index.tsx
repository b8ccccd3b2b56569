export { ChangesPage } from './ChangesPage';
export { ChangeTools } from './ChangeTools';
export { RetentionPage } from './RetentionPage';
