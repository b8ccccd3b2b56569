export { KeyCustomersPage } from './KeyCustomersPage';
export { RoundPage } from './RoundPage';
