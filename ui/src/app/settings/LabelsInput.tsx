import { Button, Stack, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Labels } from '@/api';
import { dirOf, LANGUAGES } from '../i18n';

interface LabelsInputProps {
  label: string;
  value: Labels;
  onChange: (value: Labels) => void;
  error?: string;
  autoFocus?: boolean;
}

/** A word in English, and in the other languages for those who want. */
export function LabelsInput({ label, value, onChange, error, autoFocus }: LabelsInputProps): ReactElement {
  const { t } = useTranslation();
  const [all, setAll] = useState(Object.keys(value).length > 1);
  const shown = all ? LANGUAGES : LANGUAGES.slice(0, 1);
  return (
    <Stack gap={4}>
      {shown.map(({ code, name }) => (
        <TextInput
          key={code}
          label={code === 'en' ? label : name}
          lang={code}
          dir={dirOf(code)}
          withAsterisk={code === 'en'}
          value={value[code] ?? ''}
          error={code === 'en' ? error : undefined}
          data-autofocus={(autoFocus && code === 'en') || undefined}
          onChange={(event) => onChange({ ...value, [code]: event.currentTarget.value })}
        />
      ))}
      {!all && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          style={{ alignSelf: 'start' }}
          onClick={() => setAll(true)}
        >
          {t('labels.more')}
        </Button>
      )}
    </Stack>
  );
}
