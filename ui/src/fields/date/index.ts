import type { FieldKit, ValueOf } from '../kit';
import { Display } from './display';
import { Filter } from './filter';
import { Input } from './input';

export const kit: FieldKit<ValueOf['date']> = {
  Display,
  Input,
  Filter,
  align: 'start',
  width: 130,
  immediate: true,
};
