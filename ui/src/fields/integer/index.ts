import type { FieldKit, ValueOf } from '../kit';
import { Display } from './display';
import { Filter } from './filter';
import { Input } from './input';

export const kit: FieldKit<ValueOf['integer']> = {
  Display,
  Input,
  Filter,
  align: 'end',
  width: 100,
};
