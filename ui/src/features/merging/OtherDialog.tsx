import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, records, type ObjectSpec } from '@/api';
import { useLabel } from '@/catalogue';
import { inSentence } from '@/ui';

interface OtherDialogProps {
  object: ObjectSpec;
  not: number;
  onClose: () => void;
  onChosen: (id: number) => void;
}

const SHOWN = 12;
const PAUSE_MS = 150;

/** A box to find the record that is the same one. */
export function OtherDialog({ object, not, onClose, onChosen }: OtherDialogProps): ReactElement {
  const { t, i18n } = useTranslation();
  const read = useLabel();
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const query = { q: q || undefined, limit: SHOWN + 1 };
  const { data } = useQuery({
    queryKey: keys.list(object.name, query),
    queryFn: ({ signal }) => records.list(object.plural, query, signal),
    placeholderData: keepPreviousData,
  });
  const found = (data?.data ?? []).filter(({ id }) => id !== not).slice(0, SHOWN);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('merging.findOther', { object: inSentence(read(object.label), i18n.language) })}
    >
      <Stack gap="xs">
        <TextInput
          data-autofocus
          label={t('merging.search')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {found.map(({ id, title }) => (
          <Button key={id} variant="default" justify="flex-start" onClick={() => onChosen(id)}>
            <bdi>{title || `#${id}`}</bdi>
          </Button>
        ))}
        {data && found.length === 0 && <span className="v-soft">{t('relation.nothing')}</span>}
      </Stack>
    </Modal>
  );
}
