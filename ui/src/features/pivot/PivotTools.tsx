import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconArrowsExchange, IconDownload, IconTableColumn } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pivots, type ObjectSpec, type PivotAsked } from '@/api';
import { toast } from '@/ui';
import { writeAxis, writeFigure } from './axes';
import { Axes, Figures } from './Builder';
import styles from './pivot.module.css';
import { SHARES, type PivotSearch, type Share } from './search';
import type { PivotWords } from './useWords';

export type Change = (change: Partial<PivotSearch>, replace?: boolean) => void;

export interface PartProps {
  object: ObjectSpec;
  asked: PivotAsked;
  search: PivotSearch;
  change: Change;
  words: PivotWords;
}

/** How the table is shown, and the way out as a file. */
export function Tools({ object, asked, search, change }: PartProps): ReactElement {
  const { t, i18n } = useTranslation();
  const file = useMutation({
    mutationFn: () => pivots.file(asked, i18n.language),
    onError: (error: Error) => toast({ tone: 'bad', title: t('write.failed'), message: error.message }),
    onSuccess: (blob) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = `${object.plural}-pivot.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  });
  return (
    <>
      <Select
        aria-label={t('pivot.share')}
        w={150}
        allowDeselect={false}
        value={search.share ?? 'values'}
        data={['values', ...SHARES].map((value) => ({ value, label: t(`pivot.share.${value}`) }))}
        onChange={(next) => change({ share: next === 'values' ? undefined : (next as Share) }, true)}
      />
      <Tooltip label={t('pivot.swap')}>
        <ActionIcon
          size={30}
          aria-label={t('pivot.swap')}
          disabled={asked.rows.length > 2}
          onClick={() =>
            change({
              rows: asked.columns.map(writeAxis).join(','),
              columns: asked.rows.map(writeAxis).join(','),
              sort: undefined,
            })
          }
        >
          <IconArrowsExchange size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('pivot.shade')}>
        <ActionIcon
          size={30}
          aria-label={t('pivot.shade')}
          aria-pressed={!search.plain}
          variant={search.plain ? 'subtle' : 'light'}
          onClick={() => change({ plain: search.plain ? undefined : true }, true)}
        >
          <IconTableColumn size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('pivot.file')}>
        <ActionIcon
          size={30}
          aria-label={t('pivot.file')}
          loading={file.isPending}
          onClick={() => file.mutate()}
        >
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** Rows, columns and figures of choice. */
export function Build({ object, asked, change, words }: PartProps): ReactElement {
  const { t } = useTranslation();
  const { rows, columns, figures } = asked;
  return (
    <div className={styles.builder}>
      <Axes
        object={object}
        title={t('pivot.rows')}
        axes={rows}
        taken={columns}
        most={3}
        words={words}
        onChange={(next) => change({ rows: next.map(writeAxis).join(','), sort: undefined })}
      />
      <Axes
        object={object}
        title={t('pivot.columns')}
        axes={columns}
        taken={rows}
        most={2}
        words={words}
        onChange={(next) => change({ columns: next.map(writeAxis).join(','), sort: undefined })}
      />
      <Figures
        object={object}
        figures={figures}
        words={words}
        onChange={(next) => change({ figures: next.map(writeFigure).join(','), sort: undefined })}
      />
    </div>
  );
}
