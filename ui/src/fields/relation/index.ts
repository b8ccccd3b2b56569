import type { FieldKit, ValueOf } from '../kit';
import { Display } from './display';
import { Filter } from './filter';
import { Input } from './input';

export const kit: FieldKit<ValueOf['relation']> = {
  Display,
  Input,
  Filter,
  align: 'start',
  width: 180,
  immediate: true,
};
