import { Button, Group } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api';
import { useFormat, Wait } from '@/ui';
import { useLookBack } from './useLookBack';

/** Classes of which earlier months can be worked out: they go by sales alone. */
const LOOKED_BACK = new Set(['abc_class', 'rfm_segment', 'xyz_class']);
const MONTHS = 12;

interface EarlierProps {
  field: string;
  /** The oldest day of which the class is known. */
  first: string | undefined;
}

/** Has the classes of the year before worked out, so that moves show from the first day on. */
export function EarlierMonths({ field, first }: EarlierProps): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const look = useLookBack();
  const { manages } = useMe();
  if (!manages || !LOOKED_BACK.has(field)) return null;
  if (look.job)
    return (
      <Wait
        label={t('moves.looking')}
        done={look.job.progress?.done ?? 0}
        total={look.job.progress?.total ?? null}
        unit={t('moves.months')}
      />
    );
  return (
    <Group mt="sm" gap="sm">
      <Button
        variant="default"
        leftSection={<IconHistory size={14} />}
        loading={look.starting}
        onClick={() => look.start(MONTHS)}
      >
        {t('moves.earlier', { months: format.number(MONTHS) })}
      </Button>
      {first && <span className="v-soft v-small">{t('moves.knownSince', { day: format.date(first) })}</span>}
    </Group>
  );
}
