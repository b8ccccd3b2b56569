import type { FieldKit, ValueOf } from '../kit';
import { Display } from './display';
import { Filter } from './filter';
import { Input } from './input';

export const kit: FieldKit<ValueOf['email']> = {
  Display,
  Input,
  Filter,
  align: 'start',
  width: 200,
};
