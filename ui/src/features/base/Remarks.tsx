import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reason } from '@/api';
import { shownParameter } from '@/records';
import { useFormat } from '@/ui';

interface RemarksProps {
  notes: Reason[];
  /** Codes that are told elsewhere. */
  told?: string[];
}

/** What a model has to say about its data, in the language of the page. */
export function Remarks({ notes, told = [] }: RemarksProps): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const known = notes.filter(({ code }) => !told.includes(code) && i18n.exists(`model.note.${code}`));
  return (
    <>
      {known.map(({ code, params }) => (
        <p key={code} className="v-soft v-small" style={{ margin: '8px 0 0' }}>
          {t(
            `model.note.${code}`,
            Object.fromEntries(
              Object.entries(params).map(([key, part]) => [key, shownParameter(part, format)]),
            ),
          )}
        </p>
      ))}
    </>
  );
}
