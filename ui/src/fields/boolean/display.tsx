import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DisplayProps } from '../kit';

export function Display({ value }: DisplayProps<boolean>): ReactElement {
  const { t } = useTranslation();
  const Icon = value ? IconCheck : IconX;
  return (
    <span>
      <Icon size={14} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
      {value ? t('boolean.yes') : t('boolean.no')}
    </span>
  );
}
