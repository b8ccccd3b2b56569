import { createContext, use, type ComponentType, type LazyExoticComponent } from 'react';
import type { ApiRecord, Draft, FieldSpec, MergeNote, ObjectSpec, RecordPageAnswer } from '@/api';
import type { ListSearch } from './search';

export interface RecordSlotProps {
  object: string;
  id: number;
}

/** One entry of the menu on the record page; it renders Menu.Item, or nothing where it does not apply. */
export interface RecordActionProps {
  object: ObjectSpec;
  record: ApiRecord;
  onClose?: () => void;
}

/** What can be done with the selected rows, or with all that fit the filter. */
export interface SelectionSlotProps {
  object: ObjectSpec;
  ids: number[];
  search: ListSearch;
  /** Not only the rows loaded: everything that fits the filter, as many as `count` says. */
  all: boolean;
  count: RecordPageAnswer['count'];
  onClear: () => void;
}

/** What stands in the title row of a list. */
export interface ListToolProps {
  object: ObjectSpec;
  search: ListSearch;
  fields: FieldSpec[];
}

/** Beside a merge in the history of the record that stayed. */
export interface MergeNoteProps {
  object: ObjectSpec;
  merge: MergeNote;
}

/** What may be said about a record while it is typed; it never keeps anybody from saving. */
export interface DraftSlotProps {
  object: ObjectSpec;
  draft: Draft;
}

type Slot<Props> = ComponentType<Props> | LazyExoticComponent<ComponentType<Props>>;

/** Places in the record screens that a feature may fill; app/ says which. */
export interface RecordSlots {
  /** The value of a customer, explained: top of the right column. Rendered only for these objects. */
  value?: { objects: string[]; component: Slot<RecordSlotProps> };
  /** Below the value, in this order; without objects it is shown for every type. */
  panels?: { key: string; objects?: string[]; component: Slot<RecordSlotProps> }[];
  actions?: { key: string; component: Slot<RecordActionProps> }[];
  /** Tools that need the records themselves are not for all that fit; few are for records in the trash. */
  selection?: { key: string; all?: boolean; inTrash?: boolean; component: Slot<SelectionSlotProps> }[];
  mergeNote?: Slot<MergeNoteProps>;
  draft?: { key: string; component: Slot<DraftSlotProps> }[];
  listTools?: { key: string; component: Slot<ListToolProps> }[];
}

const Slots = createContext<RecordSlots>({});

export const RecordSlotsProvider = Slots.Provider;

export function useRecordSlots(): RecordSlots {
  return use(Slots);
}
