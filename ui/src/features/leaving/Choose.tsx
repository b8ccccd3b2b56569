import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerObject, FieldSpec, ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import { Features } from './Features';
import styles from './leaving.module.css';
import {
  likelyOutcome,
  likelyTenure,
  likelyValue,
  numbers,
  outcomes,
  suitable,
  type LeavingSearch,
} from './search';

interface ChooseProps {
  object: ObjectSpec;
  search: LeavingSearch;
  busy: boolean;
  onObject: (object: CustomerObject) => void;
  onWork: (search: LeavingSearch) => void;
}

function values(field: FieldSpec | undefined): { value: string; label: FieldSpec['label'] }[] {
  if (!field || field.type === 'boolean') return [];
  return field.options;
}

/** What the page starts with: the address, else what the names of the fields suggest. */
function begun(object: ObjectSpec, search: LeavingSearch): LeavingSearch {
  if (search.target) return search;
  const target = likelyOutcome(object);
  return { target: target?.name, gone: likelyValue(target), tenure: likelyTenure(object)?.name };
}

/** Which customers, who counts as gone, and what may be learned from. */
export function Choose({ object, search, busy, onObject, onWork }: ChooseProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const label = useFieldLabel();
  const catalogue = useCatalogue();
  const [draft, setDraft] = useState(() => begun(object, search));
  const target = object.fields.find(({ name }) => name === draft.target);
  const options = values(target);
  const kinds = (['company', 'person'] as const).flatMap((name) => catalogue.object(name) ?? []);
  return (
    <form
      className={styles.choose}
      onSubmit={(event) => {
        event.preventDefault();
        onWork({ ...draft, object: object.name as CustomerObject });
      }}
    >
      <SegmentedControl
        aria-label={t('base.kind')}
        value={object.name}
        onChange={(name) => onObject(name as CustomerObject)}
        data={kinds.map(({ name, label_plural: plural }) => ({ value: name, label: read(plural) }))}
      />
      <NativeSelect
        label={t('leaving.target')}
        description={t('leaving.targetHelp')}
        value={draft.target ?? ''}
        onChange={({ currentTarget: { value } }) => {
          const field = object.fields.find(({ name }) => name === value);
          setDraft({ ...draft, target: field?.name, gone: likelyValue(field) });
        }}
      >
        <option value="">{t('leaving.pick')}</option>
        {outcomes(object).map((field) => (
          <option key={field.name} value={field.name}>
            {label(field)}
          </option>
        ))}
      </NativeSelect>
      {options.length > 0 && (
        <NativeSelect
          label={t('leaving.gone')}
          value={draft.gone}
          data={options.map(({ value, label: words }) => ({ value, label: read(words) }))}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, gone: value })}
        />
      )}
      <NativeSelect
        label={t('leaving.tenure')}
        description={t('leaving.tenureHelp')}
        value={draft.tenure ?? ''}
        onChange={({ currentTarget: { value } }) => setDraft({ ...draft, tenure: value || undefined })}
      >
        <option value="">{t('leaving.noTenure')}</option>
        {numbers(object).map((field) => (
          <option key={field.name} value={field.name}>
            {label(field)}
          </option>
        ))}
      </NativeSelect>
      <Features
        object={object}
        fields={suitable(object).filter(({ name }) => name !== draft.target)}
        without={draft.without ?? []}
        onWithout={(without) => setDraft({ ...draft, without: without.length > 0 ? without : undefined })}
      />
      <Button type="submit" disabled={!draft.target} loading={busy}>
        {t('leaving.work')}
      </Button>
    </form>
  );
}
