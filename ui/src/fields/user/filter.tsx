import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FilterProps } from '../kit';
import { Filter as RelationFilter } from '../relation/filter';

/** People of the house; "me" follows whoever looks. */
export function Filter(props: FilterProps): ReactElement {
  const { t } = useTranslation();
  return <RelationFilter {...props} extra={[{ value: 'me', label: t('filter.me') }]} />;
}
