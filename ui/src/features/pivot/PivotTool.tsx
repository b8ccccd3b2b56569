import { ActionIcon, Tooltip } from '@mantine/core';
import { IconTablePlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListToolProps } from '@/records';

/** The records of the list as a pivot: the same filter, other rows. */
export function PivotTool({ object, search }: ListToolProps): ReactElement | null {
  const { t } = useTranslation();
  if (search.trash) return null;
  const { filter, q } = search;
  return (
    <Tooltip label={t('pivot.open')}>
      <ActionIcon
        size={30}
        variant="subtle"
        aria-label={t('pivot.open')}
        component={Link}
        to="/pivot/$plural"
        params={{ plural: object.plural } as never}
        search={{ ...(filter && { filter }), ...(q && { q }) } as never}
      >
        <IconTablePlus size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
