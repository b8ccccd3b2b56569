import { Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogue, keys, useMe, type FieldSpec, type ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import styles from './leaving.module.css';

interface FeaturesProps {
  object: ObjectSpec;
  fields: FieldSpec[];
  without: string[];
  onWithout: (without: string[]) => void;
}

/** What may be learned from; what is known only after the fact is marked here, for every model. */
export function Features({ object, fields, without, onWithout }: FeaturesProps): ReactElement {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const client = useQueryClient();
  const owner = useMe().user.role === 'owner';
  const id = useId();
  const mark = useMutation({
    mutationFn: ({ name, after }: { name: string; after: boolean }) =>
      catalogue.changeField(object.name, name, { known_after: after }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.catalogue }),
        client.invalidateQueries({ queryKey: keys.insight }),
      ]),
  });
  return (
    <fieldset className={styles.features}>
      <legend>{t('leaving.features')}</legend>
      <p id={id} className="v-soft v-small">
        {t(owner ? 'leaving.afterHelp' : 'leaving.afterOwner')}
      </p>
      {mark.error && (
        <p role="alert" className="v-loss v-small">
          {mark.error.message}
        </p>
      )}
      <ul>
        {fields.map((field) => (
          <li key={field.name}>
            <Checkbox
              label={<bdi>{label(field)}</bdi>}
              checked={!without.includes(field.name)}
              onChange={({ currentTarget: { checked } }) =>
                onWithout(checked ? without.filter((name) => name !== field.name) : [...without, field.name])
              }
            />
            <Checkbox
              size="xs"
              color="orange"
              label={t('leaving.after')}
              aria-label={t('leaving.afterOf', { field: label(field) })}
              aria-describedby={id}
              checked={
                mark.isPending && mark.variables.name === field.name
                  ? mark.variables.after
                  : Boolean(field.known_after)
              }
              disabled={!owner || mark.isPending}
              onChange={({ currentTarget: { checked } }) => mark.mutate({ name: field.name, after: checked })}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
