import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type ApiRecord, type FieldSpec, type ObjectSpec, type Value } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { isolate, toast } from '@/ui';
import { useDraft } from '../drafts';
import { conflictOf, same, type Save } from '../useWrites';

/** A fact as it is being edited. */
export interface Edited {
  /** What the editor began with, and on which version of the record. */
  base: Value;
  version: number;
  draft: Value;
  refused?: Refused;
}

interface Refused {
  draft: Value;
  /** Why, in the language of the page; null where someone else has written what is now the base. */
  reason: string | null;
}

export interface Inline {
  edited: Edited | undefined;
  /** Whether the editor that opens takes the focus. */
  focus: boolean;
  begin: () => void;
  type: (draft: Value) => void;
  send: (draft: Value) => void;
  giveUp: () => void;
}

/** Whoever writes elsewhere meanwhile is not torn away from it. */
function isWriting(): boolean {
  return document.activeElement?.matches('input, textarea, [contenteditable=true]') ?? false;
}

/** Why a value was not saved: what is wrong with it, else with other fields, else with the whole. */
function useWhy(object: ObjectSpec, field: FieldSpec): (error: Error) => string {
  const fields = useCatalogue().fieldsOf(object);
  const name = useFieldLabel();
  return (error) => {
    const problems = error instanceof ApiError ? error.byField : {};
    const others = Object.entries(problems).map(([key, words]) => {
      const other = fields.get(key);
      return other ? `${isolate(name(other))}: ${words}` : words;
    });
    return problems[field.name] ?? (others.length > 0 ? [...new Set(others)].join(' ') : error.message);
  };
}

/** One editor of one fact. What is refused opens it again with what was typed, also after a walk through other screens. */
export function useInline(object: ObjectSpec, record: ApiRecord, field: FieldSpec, save: Save): Inline {
  const { t } = useTranslation();
  const why = useWhy(object, field);
  const name = useFieldLabel();
  const [kept, keep] = useDraft<Edited>(`${object.name}/${record.id}/${field.name}`);
  const [begun, setBegun] = useState<Edited>();
  const [focus, setFocus] = useState(false);
  const seen = useRef(false);
  useEffect(() => {
    seen.current = true;
    return () => void (seen.current = false);
  }, []);
  const edited = kept ?? begun;
  const close = (): void => {
    setBegun(undefined);
    keep(undefined);
  };
  const refuse = (error: Error, { base, version, draft }: Edited): void => {
    const current = conflictOf(error, {})?.current;
    if (current && same(current[field.name], draft)) return;
    const theirs = current && !same(current[field.name], base);
    const reason = theirs ? null : current ? t('edit.around') : why(error);
    const stands = current
      ? { base: current[field.name] ?? null, version: current.version }
      : { base, version };
    setFocus(!isWriting());
    keep({ ...stands, draft, refused: { draft, reason } });
    if (seen.current) return;
    const place = `${isolate(record.title || `#${record.id}`)}, ${isolate(name(field))}`;
    toast({
      tone: 'bad',
      title: t('write.failed'),
      message: t('edit.waits', { place, reason: reason ?? error.message }),
      lasts: 10_000,
    });
  };
  return {
    edited,
    focus,
    begin: () => {
      setFocus(true);
      setBegun({
        base: record[field.name] ?? null,
        version: record.version,
        draft: record[field.name] ?? null,
      });
    },
    type: (draft) => edited && keep({ ...edited, draft }),
    send: (draft) => {
      if (!edited) return;
      close();
      if (same(draft, edited.base)) return;
      const { base, version } = edited;
      void save({ ...record, version, [field.name]: base }, { [field.name]: draft ?? null }).then(
        (error) => error && refuse(error, { base, version, draft }),
      );
    },
    giveUp: close,
  };
}
