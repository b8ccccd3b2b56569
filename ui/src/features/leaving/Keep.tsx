import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isOver, keys, methods, useJob, useMe, type Leaving, type ObjectSpec } from '@/api';
import styles from './leaving.module.css';

interface KeepProps {
  object: ObjectSpec;
  leaving: Leaving;
}

/** Keeps the chance of each customer as a field of theirs, worked out anew with every refresh. */
export function Keep({ object, leaving }: KeepProps): ReactElement | null {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { manages } = useMe();
  const after = new Set(object.fields.filter((field) => field.known_after).map(({ name }) => name));
  const keep = useMutation({
    mutationFn: async () => {
      const from = leaving.features.filter((name) => !after.has(name));
      const settings = { leaving_field: leaving.target, leaving_gone: leaving.gone, leaving_from: from };
      await methods.change('leaving', { settings });
      return methods.run('leaving');
    },
    onSuccess: (job) => {
      client.setQueryData(keys.job(job.id), job);
      void client.invalidateQueries({ queryKey: keys.methods });
    },
  });
  const job = useJob(keep.data?.id ?? null);
  if (!manages) return null;
  const failed = keep.error?.message ?? (job?.state === 'failed' ? job.error : null);
  return (
    <div className={styles.keep}>
      {job?.state === 'done' ? (
        <Button
          component={Link}
          to="/$plural"
          params={{ plural: object.plural } as never}
          search={
            {
              filter: { field: 'leave_probability', op: 'not_empty' },
              sort: '-leave_probability',
              columns: [
                ...object.title,
                'leave_probability',
                leaving.target,
                ...leaving.features.slice(0, 4),
              ].join(),
            } as never
          }
        >
          {t('leaving.see')}
        </Button>
      ) : (
        <Button
          variant="default"
          loading={keep.isPending || Boolean(job && !isOver(job))}
          onClick={() => keep.mutate()}
        >
          {t('leaving.keep')}
        </Button>
      )}
      <span className="v-soft v-small">{t('leaving.keepHelp')}</span>
      {failed && (
        <span role="alert" className="v-loss v-small">
          {failed}
        </span>
      )}
    </div>
  );
}
