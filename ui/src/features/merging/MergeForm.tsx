import { Button, Group, Radio, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergePreview, MergeSource, ObjectSpec } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure } from '@/ui';
import { FieldChoice } from './FieldChoice';
import { Moves } from './Moves';
import { toChoose } from './choice';
import styles from './merging.module.css';

interface MergeFormProps {
  object: ObjectSpec;
  preview: MergePreview;
  keep: number;
  onKeep: (id: number) => void;
  onChoose: (field: string, source: MergeSource) => void;
  error: Error | null;
  onRetry: () => void;
  /** What is shown is about to be replaced. */
  busy: boolean;
  pending: boolean;
  onClose: () => void;
  onMerge: () => void;
}

function Stays({ preview, keep, onKeep }: Pick<MergeFormProps, 'preview' | 'keep' | 'onKeep'>): ReactElement {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t('merging.keep')}
      description={t('merging.keepHelp')}
      value={String(keep)}
      onChange={(id) => onKeep(Number(id))}
    >
      <div className={styles.options}>
        {preview.records.map(({ id, title }) => (
          <label key={id} className={styles.option} data-checked={id === keep || undefined}>
            <Radio value={String(id)} />
            <bdi className={styles.value}>{title}</bdi>
          </label>
        ))}
      </div>
    </Radio.Group>
  );
}

/** Every choice there is to make, field by field. */
export function MergeForm(props: MergeFormProps): ReactElement {
  const { object, preview, keep, onKeep, onChoose, error, onRetry, busy, pending, onClose, onMerge } = props;
  const { t } = useTranslation();
  const fields = useCatalogue().fieldsOf(object);
  const refused = preview.conflicts.some(({ kind }) => kind !== 'circle');
  return (
    <Stack gap="sm">
      <Stays preview={preview} keep={keep} onKeep={onKeep} />
      {toChoose(preview.fields).map((choice) => {
        const field = fields.get(choice.name);
        return (
          field && (
            <FieldChoice
              key={choice.name}
              field={field}
              choice={choice}
              onChoose={(source) => onChoose(choice.name, source)}
            />
          )
        );
      })}
      <Moves preview={preview} />
      {error && <Failure error={error} onRetry={onRetry} />}
      <Group justify="flex-end" className={styles.foot}>
        <Button variant="default" onClick={onClose}>
          {t('form.cancel')}
        </Button>
        <Button loading={pending} disabled={busy || refused} onClick={onMerge}>
          {t('merging.do')}
        </Button>
      </Group>
    </Stack>
  );
}
