import { Button, NativeSelect, NumberInput, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter, ObjectSpec, RelationSpec } from '@/api';
import { useFieldLabel, useLabel } from '@/catalogue';
import { choicesOf, NUMBERED, relatedFilter, WAYS, type Asked, type Way } from '../related';

interface RelatedEditorProps {
  relation: RelationSpec;
  other: ObjectSpec;
  onApply: (filter: Filter) => void;
}

const MOST = 9_999;

/** "More than three calls", "no meeting for sixty days": one question about the records that point here. */
export function RelatedEditor({ relation, other, onApply }: RelatedEditorProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const name = useFieldLabel();
  const [asked, setAsked] = useState<Asked>({ way: 'some', number: 3 });
  const title = read(relation.label) || read(other.label_plural);
  const choices = choicesOf(other);
  const field = choices.find((item) => item.name === asked.field);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    onApply(relatedFilter(relation, other, asked));
  };
  return (
    <form onSubmit={submit} aria-label={t('filter.edit', { field: title })}>
      <Stack gap="xs" w={300} maw="calc(100vw - 48px)">
        <strong className="v-cut">{title}</strong>
        <NativeSelect
          aria-label={t('filter.operator')}
          value={asked.way}
          data={WAYS.map((way) => ({ value: way, label: t(`filter.way.${way}`) }))}
          onChange={(event) => {
            const way = event.currentTarget.value as Way;
            setAsked({ ...asked, way, number: way === 'silent' ? 60 : 3 });
          }}
        />
        {NUMBERED.has(asked.way) && (
          <NumberInput
            aria-label={t(asked.way === 'silent' ? 'filter.days' : 'filter.value')}
            suffix={asked.way === 'silent' ? ` ${t('filter.days')}` : undefined}
            min={asked.way === 'more' ? 0 : 1}
            max={MOST}
            allowDecimal={false}
            clampBehavior="strict"
            value={asked.number}
            onChange={(number) => setAsked({ ...asked, number: Number(number) || 0 })}
          />
        )}
        {choices.length > 0 && (
          <NativeSelect
            aria-label={t('filter.only')}
            value={asked.field ?? ''}
            data={[
              { value: '', label: t('filter.ofAnyKind') },
              ...choices.map((item) => ({
                value: item.name,
                label: t('filter.with', { field: name(item) }),
              })),
            ]}
            onChange={(event) => {
              const chosen = choices.find((item) => item.name === event.currentTarget.value);
              setAsked({ ...asked, field: chosen?.name, value: chosen?.options?.[0]?.value });
            }}
          />
        )}
        {field && (
          <NativeSelect
            aria-label={name(field)}
            value={asked.value}
            data={(field.options ?? []).map((option) => ({ value: option.value, label: read(option.label) }))}
            onChange={(event) => setAsked({ ...asked, value: event.currentTarget.value })}
          />
        )}
        <Button type="submit">{t('filter.apply')}</Button>
      </Stack>
    </form>
  );
}
