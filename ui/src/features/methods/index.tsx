export { MethodPage } from './MethodPage';
export { MethodsPage } from './MethodsPage';
