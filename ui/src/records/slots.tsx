import { createContext, use, type ComponentType, type LazyExoticComponent } from 'react';

export interface RecordSlotProps {
  object: string;
  id: number;
}

type Slot = ComponentType<RecordSlotProps> | LazyExoticComponent<ComponentType<RecordSlotProps>>;

/** Places on the record page that a feature may fill; app/ says which. */
export interface RecordSlots {
  /** The value of a customer, explained: top of the right column. Rendered only for these objects. */
  value?: { objects: string[]; component: Slot };
}

const Slots = createContext<RecordSlots>({});

export const RecordSlotsProvider = Slots.Provider;

export function useRecordSlots(): RecordSlots {
  return use(Slots);
}
