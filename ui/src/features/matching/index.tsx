export { DuplicateWarning } from './DuplicateWarning';
