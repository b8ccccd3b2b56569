import { keys, catalogue as source, type FieldSpec, type Labels, type ObjectSpec } from '@/api';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { CatalogueView, label } from './model';

const made = new WeakMap<object, CatalogueView>();

export const catalogueQuery = {
  queryKey: keys.catalogue,
  queryFn: source.read,
  staleTime: Infinity,
};

/** The catalogue; suspends until it is there. One view object per version. */
export function useCatalogue(): CatalogueView {
  const { data } = useSuspenseQuery(catalogueQuery);
  const known = made.get(data);
  if (known) return known;
  const view = new CatalogueView(data);
  made.set(data, view);
  return view;
}

export function useObject(name: string): ObjectSpec {
  const found = useCatalogue().object(name);
  if (!found) throw new Error(`There is no record type ${name}`);
  return found;
}

/** Labels in the language of the page. */
export function useLabel(): (labels: Labels | null | undefined) => string {
  const { i18n } = useTranslation();
  const language = i18n.language;
  return useCallback((labels) => label(labels, language), [language]);
}

export function useFieldLabel(): (field: FieldSpec) => string {
  const read = useLabel();
  return useCallback((field) => read(field.label) || field.name, [read]);
}
