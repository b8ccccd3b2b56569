import { Button, Group, Modal } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportRun, Undone } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import styles from './imports.module.css';
import type { Importing } from './useImport';

/** Undoes the whole import. */
export function TakeBack({ run, importing }: { run: ImportRun; importing: Importing }): ReactElement | null {
  if (!run.can_roll_back) return null;
  return <AskedTwice pending={importing.pending} onSure={importing.takeBack} />;
}

/** Taking back, once more asked for. */
export function AskedTwice({ pending, onSure }: { pending: boolean; onSure: () => void }): ReactElement {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={14} />}
        loading={pending}
        onClick={() => setAsked(true)}
      >
        {t('imports.takeBack')}
      </Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('imports.takeBackAsk')}>
        <p style={{ marginTop: 0 }}>{t('imports.takeBackHelp')}</p>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsked(false)}>
            {t('form.cancel')}
          </Button>
          <Button
            color="red"
            onClick={() => {
              setAsked(false);
              onSure();
            }}
          >
            {t('imports.takeBack')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Kept({ undone }: { undone: Undone }): ReactElement | null {
  const { t } = useTranslation();
  const read = useLabel();
  const catalogue = useCatalogue();
  if (undone.rows.length === 0) return null;
  return (
    <div className={styles.problems}>
      <table className={styles.rows} aria-label={t('imports.kept')}>
        <tbody>
          {undone.rows.map(({ object: name, id, reason, fields }) => {
            const object = catalogue.object(name);
            const labels = fields.map(
              (field) => read(object?.fields.find((f) => f.name === field)?.label) || field,
            );
            return (
              <tr key={`${name}${id}`}>
                <td>
                  {object ? (
                    <Link to="/$plural/$id" params={{ plural: object.plural, id }}>
                      {`${read(object.label)} ${id}`}
                    </Link>
                  ) : (
                    `${name} ${id}`
                  )}
                </td>
                <td>{t(`imports.keptBecause.${reason}`)}</td>
                <td className="v-soft">{labels.join(', ')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What taking back did: gone, restored, and what stays and why. */
export function TakenBack({ run, importing }: { run: ImportRun; importing: Importing }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const { undone } = run;
  if (!undone) return null;
  const said = (['removed', 'restored', 'kept'] as const).filter((what) => undone[what] > 0);
  return (
    <section className={styles.card} aria-label={t('imports.takenBack')}>
      <h2 className={styles.heading}>{t('imports.takenBack')}</h2>
      <ul>
        {said.map((what) => (
          <li key={what}>
            {t(`imports.undone.${what}`, { count: undone[what], number: format.number(undone[what]) })}
          </li>
        ))}
      </ul>
      <Kept undone={undone} />
      <div className={styles.actions}>
        <Button variant="default" loading={importing.pending} onClick={importing.start}>
          {t('imports.importAgain')}
        </Button>
      </div>
    </section>
  );
}
