export { BlindNotice } from './BlindNotice';
export { useOpenRound } from './openRound';
export { AddFilter } from './list/AddFilter';
export { FilterBar } from './list/FilterBar';
export { FilterChip } from './list/FilterChip';
export { SaveForm } from './list/ViewMenu';
export { added, parts, removed, replaced } from './conditions';
export { readListSearch, viewQuery, type ListSearch } from './search';
export {
  RecordSlotsProvider,
  useRecordSlots,
  type DraftSlotProps,
  type ListToolProps,
  type MergeNoteProps,
  type RecordActionProps,
  type RecordSlotProps,
  type RecordSlots,
  type SelectionSlotProps,
} from './slots';
export { columnOf, nameOf, noteWords, useNames, valueOf, type Names } from './notes';
export {
  allowLeaving,
  forgetDrafts,
  hasDrafts,
  useDraft,
  useDrafts,
  useLeaveGuard,
  type Waiting,
} from './drafts';
export { Remarks } from './Remarks';
export { shownParameter, useReason } from './reason';
export { useRefreshing, type Refreshing } from './useRefreshing';
export { useTrash } from './useWrites';
