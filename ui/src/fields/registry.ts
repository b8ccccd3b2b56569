import type { FieldTypeName, Value } from '@/api';
import { kit as address } from './address';
import { kit as boolean } from './boolean';
import { kit as choice } from './choice';
import { kit as date } from './date';
import { kit as datetime } from './datetime';
import { kit as decimal } from './decimal';
import { kit as email } from './email';
import { kit as integer } from './integer';
import { kit as longText } from './long_text';
import { kit as money } from './money';
import { kit as multiChoice } from './multi_choice';
import { kit as percent } from './percent';
import { kit as phone } from './phone';
import { kit as relation } from './relation';
import { kit as text } from './text';
import { kit as url } from './url';
import { kit as user } from './user';
import type { FieldKit, Kits } from './kit';

/** Every type has a kit, or this does not compile. */
const kits = {
  text,
  long_text: longText,
  email,
  phone,
  url,
  integer,
  decimal,
  percent,
  money,
  boolean,
  date,
  datetime,
  choice,
  multi_choice: multiChoice,
  relation,
  user,
  address,
} satisfies Kits;

/** The kit of a type, for values whose type only the catalogue knows. */
export function kitOf(type: FieldTypeName): FieldKit<Value> {
  return (kits[type] ?? kits.text) as unknown as FieldKit<Value>;
}
