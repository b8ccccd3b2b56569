import { useCallback } from 'react';
import type { CustomerObject } from '@/api';
import { useCatalogue, useFieldLabel, useObject } from '@/catalogue';

/** A label as it stands inside a sentence: "Net revenue" becomes "net revenue", "ABC class" stays. */
export function inSentence(label: string, language: string): string {
  return /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLocaleLowerCase(language) + label.slice(1) : label;
}

/** What people call a measure: the label of the field that holds it. */
export function useMeasureName(object: CustomerObject): (measure: string) => string {
  const spec = useObject(object);
  const fields = useCatalogue().fieldsOf(spec);
  const label = useFieldLabel();
  return useCallback(
    (measure) => {
      const field = fields.get(measure);
      return field ? label(field) : measure;
    },
    [fields, label],
  );
}
