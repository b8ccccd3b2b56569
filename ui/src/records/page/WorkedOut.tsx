import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, Rollup } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';

function useRollupWords(): (rollup: Rollup) => string {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const read = useLabel();
  const catalogue = useCatalogue();
  return ({ object, function: how, of, filter }) => {
    const child = catalogue.object(object);
    const field = child && of ? catalogue.field(child, of) : undefined;
    const parts = [
      read(child?.label_plural) || object,
      t(`rollup.${how}`),
      field ? name(field) : of,
      filter && t('fields.rollupWhich'),
    ];
    return parts.filter(Boolean).join(' · ');
  };
}

/** How a field follows from others: its formula, or what it rolls up and over which records. */
export function WorkedOut({ field }: { field: FieldSpec }): ReactElement {
  const { t } = useTranslation();
  const told = useRollupWords();
  if (!field.rollup)
    return (
      <code dir="ltr" style={{ overflowWrap: 'anywhere' }}>
        {field.formula}
      </code>
    );
  return (
    <>
      <p style={{ margin: 0 }}>{told(field.rollup)}</p>
      <p style={{ margin: '8px 0 0' }}>{t('page.countsAll')}</p>
    </>
  );
}
