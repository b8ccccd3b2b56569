import { Button, VisuallyHidden } from '@mantine/core';
import { IconChartDonut, IconDownload, IconFileUpload, IconListCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { imports, type ImportRun, type Job } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { inSentence, Wait } from '@/ui';
import styles from './imports.module.css';
import { Counts, Problems } from './Outcome';
import { TakeBack } from './TakingBack';
import type { Importing } from './useImport';
import { FORMATS, useUpload } from './useUpload';

const DOING: Record<string, string> = { check: 'imports.checking', rollback: 'imports.takingBack' };

/** How far the work is, with a way out. */
export function Working({ job, onCancel }: { job: Job; onCancel: () => void }): ReactElement {
  const { t } = useTranslation();
  const { progress, kind, state } = job;
  const doing = DOING[kind.split('.').at(-1) ?? ''] ?? 'imports.writing';
  const label = state === 'queued' ? t('imports.waiting') : t(doing);
  return (
    <section className={styles.card}>
      <Wait
        label={label}
        done={progress?.done ?? 0}
        total={progress?.total ?? null}
        unit={t('imports.unitRows')}
        onCancel={onCancel}
      />
      <p className="v-soft v-small" style={{ margin: 0 }}>
        <bdi>{progress?.message}</bdi>
      </p>
    </section>
  );
}

function ErrorFile({ run }: { run: ImportRun }): ReactElement {
  const { t } = useTranslation();
  return (
    <Button
      component="a"
      href={imports.errorsAddress(run.id)}
      download
      variant="default"
      leftSection={<IconDownload size={14} />}
    >
      {t('imports.download')}
    </Button>
  );
}

function Again(): ReactElement {
  const { t } = useTranslation();
  const upload = useUpload();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        variant="default"
        loading={upload.pending}
        leftSection={<IconFileUpload size={14} />}
        onClick={() => input.current?.click()}
      >
        {t('imports.again')}
      </Button>
      <VisuallyHidden>
        <input
          ref={input}
          type="file"
          tabIndex={-1}
          aria-label={t('imports.again')}
          accept={FORMATS.join(',')}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file) upload.start([file]);
          }}
        />
      </VisuallyHidden>
      {upload.error && (
        <span role="alert" className="v-loss">
          <bdi>{upload.error.message}</bdi>
        </span>
      )}
    </>
  );
}

/** What a check found. */
export function Checked({ run }: { run: ImportRun }): ReactElement | null {
  const { t } = useTranslation();
  if (!run.counts) return null;
  return (
    <section className={styles.card} aria-label={t('imports.checked')}>
      <h2 className={styles.heading}>{t('imports.checked')}</h2>
      <Counts counts={run.counts} dry />
      <Problems errors={run.errors} total={run.counts.invalid} />
      {run.counts.invalid > 0 && (
        <div className={styles.actions}>
          <ErrorFile run={run} />
        </div>
      )}
    </section>
  );
}

/** What an import did, and where to go from there. */
export function Done({ run, importing }: { run: ImportRun; importing: Importing }): ReactElement | null {
  const { t, i18n } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  if (!run.counts) return null;
  const made = Object.keys(run.counts.objects).flatMap((name) => catalogue.object(name) ?? []);
  return (
    <section className={styles.card} aria-label={t('imports.done')}>
      <h2 className={styles.heading}>{t('imports.done')}</h2>
      <Counts counts={run.counts} dry={false} />
      <div className={styles.actions}>
        {made.map((object) => (
          <Button
            key={object.name}
            leftSection={<IconListCheck size={14} />}
            renderRoot={(props) => (
              <Link
                to="/$plural"
                params={{ plural: object.plural }}
                search={{ sort: '-updated_at' }}
                {...props}
              />
            )}
          >
            {t('imports.open', { objects: inSentence(read(object.label_plural), i18n.language) })}
          </Button>
        ))}
        {run.counts.invalid > 0 && <ErrorFile run={run} />}
        {run.counts.invalid > 0 && <Again />}
        <Button component={Link} to="/base" variant="default" leftSection={<IconChartDonut size={14} />}>
          {t('imports.toBase')}
        </Button>
        <TakeBack run={run} importing={importing} />
      </div>
      <Problems errors={run.errors} total={run.counts.invalid} />
    </section>
  );
}
