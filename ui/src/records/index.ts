export { readListSearch, viewQuery, type ListSearch } from './search';
export { RecordSlotsProvider, useRecordSlots, type RecordSlotProps, type RecordSlots } from './slots';
export { shownParameter, useReason } from './reason';
