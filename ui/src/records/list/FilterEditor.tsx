import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition, FieldSpec, Operator } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { kitOf } from '@/fields';
import { isComplete, needsValue, operatorKey, withOperator } from '../conditions';

interface FilterEditorProps {
  field: FieldSpec;
  start: Condition;
  onApply: (condition: Condition) => void;
}

/** Operator and value of one condition; applied as a whole, so that no half-written filter reaches the server. */
export function FilterEditor({ field, start, onApply }: FilterEditorProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const [condition, setCondition] = useState(start);
  const span = condition.op === 'unverified';
  const { Filter } = kitOf(span ? 'date' : field.type);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (isComplete(condition)) onApply(condition);
  };
  return (
    <form onSubmit={submit} aria-label={t('filter.edit', { field: name(field) })}>
      <Stack gap="xs" w={300} maw="calc(100vw - 48px)">
        <Group gap="xs" wrap="nowrap">
          <strong className="v-cut">{name(field)}</strong>
          <NativeSelect
            flex={1}
            aria-label={t('filter.operator')}
            value={condition.op}
            data={field.operators.map((op) => ({ value: op, label: t(operatorKey(field, op)) }))}
            onChange={(event) => setCondition(withOperator(condition, event.currentTarget.value as Operator))}
          />
        </Group>
        {needsValue(condition.op) && (
          <Filter
            key={condition.op}
            field={field}
            op={span ? 'within' : condition.op}
            value={condition.value}
            onChange={(value) => setCondition({ ...condition, value })}
          />
        )}
        <Button type="submit" disabled={!isComplete(condition)}>
          {t('filter.apply')}
        </Button>
      </Stack>
    </form>
  );
}
