import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SetFile } from '@/api';
import { Tag, useFormat } from '@/ui';
import styles from './imports.module.css';

const COLOUR = { imported: 'green', left: 'gray', failed: 'red' } as const;
const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

function Reasons({ file }: { file: SetFile }): ReactElement {
  const format = useFormat();
  const all = Object.entries({ ...file.skipped, ...file.refused, ...file.remarks });
  return (
    <>
      {file.reason && all.length === 0 && <bdi>{file.reason}</bdi>}
      {all.map(([reason, count]) => (
        <div key={reason}>
          {format.number(count)} × <bdi>{reason}</bdi>
        </div>
      ))}
    </>
  );
}

/** Every file with its rows and where they went. */
export function SetFiles({ files }: { files: SetFile[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const numbers = (file: SetFile): number[] => [
    file.rows,
    file.created,
    file.updated,
    file.unchanged + file.same,
    sum(file.skipped),
    sum(file.refused),
  ];
  return (
    <div className={styles.wideTable}>
      <table className={styles.rows}>
        <thead>
          <tr>
            <th>{t('imports.file')}</th>
            <th>{t('imports.stateOf')}</th>
            {['rows', 'did.created', 'did.updated', 'did.unchanged', 'set.left', 'set.refused'].map((key) => (
              <th key={key} className={styles.end}>
                {t(`imports.${key}`)}
              </th>
            ))}
            <th>{t('imports.set.why')}</th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.name}>
              <td>
                {file.import_id ? (
                  <Link to="/imports/$importId" params={{ importId: file.import_id }}>
                    <bdi>{file.name}</bdi>
                  </Link>
                ) : (
                  <bdi>{file.name}</bdi>
                )}
                {file.kind && <div className="v-soft v-small">{file.kind}</div>}
              </td>
              <td>
                <Tag color={COLOUR[file.state]}>{t(`imports.set.${file.state}`)}</Tag>
              </td>
              {numbers(file).map((number, place) => (
                <td key={place} className={`${styles.end} ${number ? '' : 'v-faint'}`}>
                  {format.number(number)}
                </td>
              ))}
              <td className="v-soft v-small">
                <Reasons file={file} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
