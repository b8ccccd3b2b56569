import { Modal, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { jobs, keys, merges, type MergeSource, type ObjectSpec } from '@/api';
import { useLabel } from '@/catalogue';
import { Failure, inSentence, Wait } from '@/ui';
import { MergeForm } from './MergeForm';
import { useMerge } from './useMerge';

interface MergeDialogProps {
  object: ObjectSpec;
  ids: number[];
  onClose: () => void;
  onDone: () => void;
}

function Body({ object, ids, onClose, onDone }: MergeDialogProps): ReactElement {
  const { t } = useTranslation();
  const [keep, setKeep] = useState(ids[0] ?? 0);
  const [choose, setChoose] = useState<Record<string, MergeSource>>({});
  const asked = { object: object.name, ids, keep, choose };
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: keys.merge(asked),
    queryFn: ({ signal }) => merges.preview(asked, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const { start, pending, error: refused, job } = useMerge(onDone);
  if (!data)
    return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />;
  if (pending && job) {
    return (
      <Wait
        label={t('merging.working')}
        done={job.progress?.done ?? 0}
        total={job.progress?.total ?? null}
        unit={t('merging.unit')}
        onCancel={() => void jobs.cancel(job.id)}
      />
    );
  }
  return (
    <MergeForm
      object={object}
      preview={data}
      keep={keep}
      onKeep={setKeep}
      onChoose={(name, source) => setChoose((now) => ({ ...now, [name]: source }))}
      error={refused ?? error}
      onRetry={() => void refetch()}
      busy={isFetching}
      pending={pending}
      onClose={onClose}
      onMerge={() => start({ ...asked, versions: data.records.map(({ id, version }) => ({ id, version })) })}
    />
  );
}

/** Which record stays, whose value wins in each field, what moves; then one record of them all. */
export function MergeDialog(props: MergeDialogProps): ReactElement {
  const { t, i18n } = useTranslation();
  const read = useLabel();
  const narrow = useMediaQuery('(max-width: 47.99em)');
  const objects = inSentence(read(props.object.label_plural), i18n.language);
  return (
    <Modal
      opened
      onClose={props.onClose}
      size="xl"
      fullScreen={narrow}
      title={t('merging.title', { objects })}
    >
      <Body {...props} />
    </Modal>
  );
}
