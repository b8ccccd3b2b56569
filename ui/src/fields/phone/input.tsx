import type { ReactElement } from 'react';
import type { InputProps } from '../kit';
import { LineInput } from '../shared/LineInput';

export function Input(props: InputProps<string>): ReactElement {
  return <LineInput {...props} dir="ltr" inputMode="tel" />;
}
