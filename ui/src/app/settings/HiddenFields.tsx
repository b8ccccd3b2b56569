import { Button, Group } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { catalogue, keys, type ObjectSpec } from '@/api';
import { useLabel } from '@/catalogue';
import { toast } from '@/ui';
import styles from './settings.module.css';

/** Fields out of sight, each with the way back; their values were kept. */
export function HiddenFields({ object }: { object: ObjectSpec }): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (name: string) => catalogue.changeField(object.name, name, { hidden: false }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.catalogue });
      toast({ message: t('fields.brought') });
    },
    onError: (error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
  });
  const hidden = object.hidden ?? [];
  if (!hidden.length) return null;
  return (
    <section className={styles.body} aria-labelledby="hidden-fields">
      <h2 id="hidden-fields">{t('fields.hiddenOnes')}</h2>
      <Group gap="xs">
        {hidden.map((field) => (
          <Button
            key={field.name}
            variant="default"
            leftSection={<IconEye size={14} />}
            aria-label={t('fields.bringBack', { field: read(field.label) })}
            loading={isPending}
            onClick={() => mutate(field.name)}
          >
            {read(field.label) || field.name}
          </Button>
        ))}
      </Group>
    </section>
  );
}
