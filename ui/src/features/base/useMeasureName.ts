import { useCallback } from 'react';
import type { CustomerObject } from '@/api';
import { useCatalogue, useFieldLabel, useObject } from '@/catalogue';

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
