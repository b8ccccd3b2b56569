import type { ReactElement } from 'react';
import type { ModelNote, ObjectSpec } from '@/api';
import { noteWords, useNames } from './notes';

interface RemarksProps {
  object: ObjectSpec;
  notes: ModelNote[];
  /** Codes that are told elsewhere. */
  told?: string[];
}

/** What models have to say about their data, in the language of the page. */
export function Remarks({ object, notes, told = [] }: RemarksProps): ReactElement {
  const names = useNames(object);
  return (
    <>
      {notes
        .filter(({ code }) => !told.includes(code))
        .map((note) => (
          <p key={note.words} className="v-small v-soft" style={{ margin: '4px 0 0' }}>
            <bdi>{noteWords(note, names)}</bdi>
          </p>
        ))}
    </>
  );
}
