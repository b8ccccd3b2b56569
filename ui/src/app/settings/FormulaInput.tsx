import { Select, Stack, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, catalogue, type FieldTypeName, type FormulaFound, type ObjectSpec } from '@/api';

interface FormulaInputProps {
  object: ObjectSpec;
  /** The field that the formula belongs to, once there is one. */
  name: string | null;
  value: string;
  type: FieldTypeName;
  onChange: (change: { formula?: string; type?: FieldTypeName }) => void;
  error?: string;
}

/** What is wrong, with its place and the remedy. */
function complaint(error: Error | null): string | undefined {
  if (!(error instanceof ApiError)) return error?.message;
  const [first] = error.problem.errors ?? [];
  return first ? [first.message, first.remedy].filter(Boolean).join(' ') : error.message;
}

function useCheck(
  object: ObjectSpec,
  formula: string,
  name: string | null,
): { found: FormulaFound | undefined; error: Error | null } {
  const [settled] = useDebouncedValue(formula.trim(), 300);
  const { data, error } = useQuery({
    queryKey: ['formula', object.name, name, settled],
    queryFn: ({ signal }) => catalogue.checkFormula(object.name, settled, name, signal),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { found: settled && !error ? data : undefined, error: settled ? error : null };
}

/** A formula, checked while it is typed; the type follows from what it gives. */
export function FormulaInput({
  object,
  name,
  value,
  type,
  onChange,
  error,
}: FormulaInputProps): ReactElement {
  const { t } = useTranslation();
  const { found, error: wrong } = useCheck(object, value, name);
  const [first] = found?.types ?? [];
  const fits = !found || found.types.includes(type);
  useEffect(() => {
    if (!fits && first && !name) onChange({ type: first });
  }, [fits, first, name, onChange]);
  return (
    <Stack gap="xs">
      <Textarea
        label={t('fields.formula')}
        description={t('fields.formulaHelp')}
        dir="ltr"
        autosize
        minRows={2}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={value}
        error={complaint(wrong) ?? error}
        onChange={(event) => onChange({ formula: event.currentTarget.value })}
      />
      {found && found.types.length > 1 && !name ? (
        <Select
          label={t('fields.type')}
          data={found.types.map((kind) => ({ value: kind, label: t(`type.${kind}`) }))}
          value={type}
          onChange={(next) => next && onChange({ type: next as FieldTypeName })}
          allowDeselect={false}
        />
      ) : (
        <span className="v-faint" role="status">
          {found && t('fields.gives', { type: t(`type.${type}`) })}
        </span>
      )}
    </Stack>
  );
}
