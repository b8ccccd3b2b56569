import { Skeleton, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** The outline of a list, while a screen's code or data is on its way. */
export function PagePending(): ReactElement {
  const { t } = useTranslation();
  return (
    <Stack p="md" gap={8} aria-busy aria-label={t('shell.loading')}>
      <Skeleton height={28} width={180} />
      {Array.from({ length: 12 }, (_, row) => (
        <Skeleton key={row} height={24} />
      ))}
    </Stack>
  );
}
