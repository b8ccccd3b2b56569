export { FieldValue, isEmpty } from './FieldValue';
export { FilterText } from './FilterText';
export { kitOf } from './registry';
export { Moment } from './shared/Moment';
export { everyOption } from './shared/options';
export type { DisplayProps, FieldKit, FilterProps, InputProps, ValueOf } from './kit';
