import { useTranslation } from 'react-i18next';
import type { CustomerObject } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';

const NUMBERS = ['integer', 'decimal', 'percent', 'money'];
const OF_PERIOD = ['revenue', 'margin'];

/** By what a period can be ranked: its revenue, its margin, or a worked-out number of the customer. */
export function useMeasures(object: CustomerObject): { value: string; label: string }[] {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const fields = useCatalogue().object(object)?.fields ?? [];
  const derived = fields.filter(
    ({ name, kind, type }) => kind === 'insight' && NUMBERS.includes(type) && !OF_PERIOD.includes(name),
  );
  return [
    ...OF_PERIOD.map((value) => ({ value, label: t(`keys.measure.${value}`) })),
    ...derived.map((field) => ({ value: field.name, label: label(field) })),
  ];
}

/** What a round was ranked by, in words. */
export function useMeasureWords(): (round: { object: CustomerObject; measure: string }) => string {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const catalogue = useCatalogue();
  return ({ object, measure }) => {
    if (OF_PERIOD.includes(measure)) return t(`keys.measure.${measure}`);
    const field = catalogue.object(object)?.fields.find(({ name }) => name === measure);
    return field ? label(field) : measure;
  };
}
