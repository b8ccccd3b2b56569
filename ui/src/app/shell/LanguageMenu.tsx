import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, speak, type Language } from '../i18n';

export function LanguageMenu(): ReactElement {
  const { t, i18n } = useTranslation();
  return (
    <NativeSelect
      aria-label={t('shell.language')}
      value={i18n.language}
      data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
      onChange={(event) => void speak(event.currentTarget.value as Language)}
    />
  );
}
