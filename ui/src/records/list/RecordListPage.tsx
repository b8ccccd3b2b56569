import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from '@/catalogue';
import { Notice } from '@/ui';
import { RecordList } from './RecordList';

/** The list of the object that the address names. */
export function RecordListPage(): ReactElement {
  const { t } = useTranslation();
  const { plural } = useParams({ from: '/inside/$plural' });
  const object = useCatalogue().byPlural.get(plural);
  if (!object) return <Notice title={t('shell.missing')} />;
  return <RecordList key={object.name} object={object} />;
}
