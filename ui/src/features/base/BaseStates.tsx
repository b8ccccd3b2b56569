import { Button, Skeleton } from '@mantine/core';
import { IconFileImport, IconRefresh } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, type CustomerObject } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { inSentence, Notice, useFormat } from '@/ui';
import styles from './base.module.css';
import { CUSTOMERS, useAnythingSold, type Bases } from './useBase';
import type { Refresh } from './useRefresh';

/** The layout to come, in grey. */
export function BaseSkeleton(): ReactElement {
  const { t } = useTranslation();
  return (
    <div className={styles.page} aria-busy aria-label={t('shell.loading')}>
      <Skeleton height={64} />
      <div className={styles.wide}>
        <Skeleton height={420} />
      </div>
      <div className={styles.narrow}>
        <Skeleton height={420} />
      </div>
      <div className={styles.wide}>
        <Skeleton height={360} />
      </div>
      <div className={styles.narrow}>
        <Skeleton height={360} />
      </div>
    </div>
  );
}

/** The curve to come, in outline. */
function CurvePicture(): ReactElement {
  return (
    <svg viewBox="0 0 240 120" width="240" fill="none" stroke="var(--v-line-strong)" aria-hidden="true">
      <path d="M20 4v100h212" />
      <path d="M20 104C40 40 70 22 120 16s80-6 112-8" stroke="var(--v-accent)" strokeWidth="2.5" />
      <path d="M20 28h212" strokeDasharray="4 4" />
      <circle cx="76" cy="28" r="5" fill="var(--v-accent)" stroke="none" />
    </svg>
  );
}

interface NoneOfKindProps {
  object: CustomerObject;
  counts: Bases['counts'];
  onKind: (kind: CustomerObject) => void;
}

/** Sales there are, but none to customers of this kind. */
export function NoneOfKind({ object, counts, onKind }: NoneOfKindProps): ReactElement {
  const { t, i18n } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  const format = useFormat();
  const other = CUSTOMERS.find((kind) => kind !== object && (counts[kind] ?? 0) > 0);
  const name = (kind: CustomerObject): string =>
    inSentence(read(catalogue.object(kind)?.label_plural) || kind, i18n.language);
  return (
    <Notice
      title={t('base.noneOfKind', { objects: name(object) })}
      picture={<CurvePicture />}
      action={
        other && (
          <Button variant="default" onClick={() => onKind(other)}>
            {t('base.showKind', { objects: name(other), count: format.number(counts[other] ?? 0) })}
          </Button>
        )
      }
    />
  );
}

/** No figures yet: nothing was sold, or nobody has worked them out. */
export function BaseEmpty({ refresh }: { refresh: Refresh }): ReactElement {
  const { t } = useTranslation();
  const sold = useAnythingSold(true);
  const { writes } = useMe();
  if (sold === undefined) return <BaseSkeleton />;
  if (sold) {
    return (
      <Notice
        title={t('base.notYet')}
        picture={<CurvePicture />}
        action={
          writes && (
            <Button
              leftSection={<IconRefresh size={14} />}
              loading={refresh.starting}
              disabled={Boolean(refresh.job)}
              onClick={refresh.start}
            >
              {t('refresh.first')}
            </Button>
          )
        }
      />
    );
  }
  return (
    <Notice
      title={t('base.none')}
      picture={<CurvePicture />}
      action={
        <Button component={Link} to="/imports" leftSection={<IconFileImport size={14} />}>
          {t('base.import')}
        </Button>
      }
    />
  );
}
