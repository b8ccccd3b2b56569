import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { TitleRow } from '@/ui';

export function ImportsPage(): ReactElement {
  const { t } = useTranslation();
  return <TitleRow title={t('nav.imports')} />;
}

export function ImportPage(): ReactElement {
  const { t } = useTranslation();
  return <TitleRow title={t('nav.imports')} />;
}
