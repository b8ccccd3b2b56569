import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, Value } from '@/api';
import { kitOf } from './registry';

export function isEmpty(value: Value): value is null | undefined | '' {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

interface FieldValueProps {
  field: FieldSpec;
  value: Value;
  wrap?: boolean;
}

/** A value of any type, or a dash that screen readers hear as "empty". */
export function FieldValue({ field, value, wrap }: FieldValueProps): ReactElement {
  const { t } = useTranslation();
  if (isEmpty(value)) {
    return (
      <span className="v-faint" aria-label={t('field.empty')}>
        –
      </span>
    );
  }
  const { Display } = kitOf(field.type);
  return <Display field={field} value={value} wrap={wrap} />;
}
