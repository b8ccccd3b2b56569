export { ImportPage } from './ImportPage';
export { ImportsPage } from './ImportsPage';
export { SetPage } from './SetPage';
