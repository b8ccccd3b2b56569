import { Button, Collapse, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, visibility } from '@/api';
import type { RecordSlotProps } from '@/records';
import { Failure } from '@/ui';
import { Colleague } from './Colleague';
import styles from './visibility.module.css';

function Answer({ object, id }: RecordSlotProps): ReactElement {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: keys.visibility(object, id),
    queryFn: ({ signal }) => visibility.of(object, id, signal),
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={96} />;
  const seeing = data.data.filter(({ read }) => read);
  const others = data.data.length - seeing.length;
  return (
    <>
      <ul className={styles.list}>
        {seeing.map((standing) => (
          <Colleague key={standing.user.id} object={object} standing={standing} />
        ))}
      </ul>
      {others > 0 && <p className="v-soft v-small">{t('visibility.cannot', { count: others })}</p>}
      {data.others > 0 && <p className="v-soft v-small">{t('visibility.unseen', { count: data.others })}</p>}
    </>
  );
}

/** Who can see this record, and why; asked only when opened. */
export function VisibilityPanel({ object, id }: RecordSlotProps): ReactElement {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  return (
    <section className={styles.panel} aria-label={t('visibility.title')}>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconEye size={14} />}
        aria-expanded={opened}
        onClick={toggle}
      >
        {t('visibility.title')}
      </Button>
      <Collapse expanded={opened}>{opened && <Answer object={object} id={id} />}</Collapse>
    </section>
  );
}
