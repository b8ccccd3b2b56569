import { useFieldLabel, useLabel } from '@/catalogue';
import type { InputProps } from '../kit';

interface Common {
  label: string | undefined;
  'aria-label': string | undefined;
  description: string | undefined;
  error: string | boolean | undefined;
  withAsterisk: boolean;
  autoFocus: boolean | undefined;
  'data-autofocus': true | undefined;
}

/** What every input takes over from its field: name for eyes or ears, help, error. */
export function useInputProps<V>({
  field,
  label,
  error,
  autoFocus,
}: Omit<InputProps<V>, 'value' | 'onChange'>): Common {
  const name = useFieldLabel();
  const read = useLabel();
  return {
    label,
    'aria-label': label ? undefined : name(field),
    description: (label && read(field.help)) || undefined,
    error,
    withAsterisk: Boolean(label) && field.required,
    autoFocus,
    'data-autofocus': autoFocus || undefined,
  };
}
