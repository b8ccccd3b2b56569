import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldDraft } from './draft';

interface RulesInputProps {
  draft: FieldDraft;
  problems: Record<string, string>;
  onChange: (change: Partial<FieldDraft>) => void;
}

/** When a field must be filled in, and how often its values are looked at again. */
export function RulesInput({ draft, problems, onChange }: RulesInputProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Checkbox
        label={t('fields.required')}
        checked={draft.required}
        onChange={(event) => onChange({ required: event.currentTarget.checked })}
      />
      <TextInput
        label={t('fields.requiredIf')}
        description={t('fields.requiredIfHelp')}
        dir="ltr"
        value={draft.requiredIf}
        error={problems.required_if}
        onChange={(event) => onChange({ requiredIf: event.currentTarget.value })}
      />
      <NumberInput
        label={t('fields.verifyEvery')}
        min={1}
        max={3650}
        allowDecimal={false}
        value={draft.verifyEvery ?? ''}
        onChange={(days) => onChange({ verifyEvery: typeof days === 'number' ? days : null })}
      />
    </>
  );
}
