import type { ComponentType } from 'react';
import type { Address, FieldSpec, FieldTypeName, FilterValue, Money, Operator, Ref } from '@/api';

/** What each type's value is in JSON. */
export interface ValueOf {
  text: string;
  long_text: string;
  email: string;
  phone: string;
  url: string;
  integer: number;
  decimal: string;
  percent: string;
  money: Money;
  boolean: boolean;
  date: string;
  datetime: string;
  choice: string;
  multi_choice: string[];
  relation: Ref;
  user: Ref;
  address: Address;
}

export interface DisplayProps<V> {
  field: FieldSpec;
  value: V;
  /** On a page there is room to wrap; in a table there is not. */
  wrap?: boolean;
}

export interface InputProps<V> {
  field: FieldSpec;
  value: V | null;
  onChange: (value: V | null) => void;
  /** Seen above the input; without it the field's label is for screen readers only. */
  label?: string;
  error?: string | boolean;
  autoFocus?: boolean;
}

export interface FilterProps {
  field: FieldSpec;
  op: Operator;
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
}

/** All that the page knows about a field type. */
export interface FieldKit<V> {
  Display: ComponentType<DisplayProps<V>>;
  Input: ComponentType<InputProps<V>>;
  Filter: ComponentType<FilterProps>;
  /** Numbers stand at the end of their column. */
  align: 'start' | 'end';
  /** Width of a column in pixels, before anyone drags it. */
  width: number;
  /** Changing it is one act (a switch, a choice): no need to confirm. */
  immediate?: boolean;
}

export type Kits = { [T in FieldTypeName]: FieldKit<ValueOf[T]> };
