import { Button, MultiSelect, SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, methods, useMe, type CustomerObject, type Job, type ObjectSpec } from '@/api';
import { useCatalogue, useFieldLabel, useLabel } from '@/catalogue';
import styles from './clusters.module.css';

const NUMERIC = new Set(['integer', 'decimal', 'percent', 'money']);

interface ChooseProps {
  object: ObjectSpec;
  /** The fields that the last run went by; none: how they buy. */
  chosen: string[];
  busy: boolean;
  onObject: (object: CustomerObject) => void;
  onJob: (job: Job) => void;
}

/** What customers are to be alike in; the choice is a setting of the method, so managers make it. */
export function Choose({ object, chosen, busy, onObject, onJob }: ChooseProps): ReactElement {
  const { t } = useTranslation();
  const read = useLabel();
  const label = useFieldLabel();
  const catalogue = useCatalogue();
  const client = useQueryClient();
  const { manages: may } = useMe();
  const [fields, setFields] = useState(chosen);
  const work = useMutation({
    mutationFn: async () => {
      await methods.change('clusters', { settings: { clusters_fields: fields } });
      return methods.run('clusters');
    },
    onSuccess: (job) => {
      client.setQueryData(keys.job(job.id), job);
      void client.invalidateQueries({ queryKey: keys.methods });
      onJob(job);
    },
  });
  const kinds = (['company', 'person'] as const).flatMap((name) => catalogue.object(name) ?? []);
  const numbers = object.fields.filter(({ kind, type }) => kind === 'entered' && NUMERIC.has(type));
  return (
    <form
      className={styles.choose}
      onSubmit={(event) => {
        event.preventDefault();
        work.mutate();
      }}
    >
      <SegmentedControl
        aria-label={t('base.kind')}
        value={object.name}
        onChange={(name) => onObject(name as CustomerObject)}
        data={kinds.map(({ name, label_plural: plural }) => ({ value: name, label: read(plural) }))}
      />
      <MultiSelect
        className={styles.fields}
        label={t('clusters.fields')}
        description={t(may ? 'clusters.fieldsHelp' : 'clusters.managers')}
        placeholder={fields.length === 0 ? t('clusters.byBuying') : undefined}
        disabled={!may}
        searchable
        clearable
        value={fields}
        data={numbers.map((field) => ({ value: field.name, label: label(field) }))}
        onChange={setFields}
        error={work.error?.message}
      />
      {may && (
        <Button type="submit" loading={busy || work.isPending}>
          {t('leaving.work')}
        </Button>
      )}
    </form>
  );
}
