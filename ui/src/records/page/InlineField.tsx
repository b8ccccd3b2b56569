import { Button, Group } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import type { FocusEvent, KeyboardEvent, MouseEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiRecord, FieldSpec, ObjectSpec } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { FieldValue, kitOf } from '@/fields';
import { same, type Save } from '../useWrites';
import { useInline, type Edited, type Inline } from './useInline';
import styles from './page.module.css';

interface InlineFieldProps {
  object: ObjectSpec;
  record: ApiRecord;
  field: FieldSpec;
  editable: boolean;
  save: Save;
}

interface EditProps {
  field: FieldSpec;
  edited: Edited;
  inline: Inline;
}

/** Why it was not saved, and the two ways on. */
function Reason({ field, edited, inline }: EditProps): ReactElement {
  const { t } = useTranslation();
  const reason = edited.refused?.reason ?? null;
  return (
    <div className={styles.reason}>
      <span role="alert">
        {reason ?? (
          <>
            {t('edit.theirs')} <FieldValue field={field} value={edited.base} wrap />
          </>
        )}
      </span>
      <Group gap={4} mt={4}>
        <Button size="compact-xs" variant="light" onClick={() => inline.send(edited.draft)}>
          {t(reason === null ? 'edit.mine' : 'edit.again')}
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={inline.giveUp}>
          {t(reason === null ? 'conflict.keep' : 'edit.giveUp')}
        </Button>
      </Group>
    </div>
  );
}

/** Leaving the input saves, Enter saves, Escape does not; a choice saves at once. What was refused waits for another try. */
function Edit({ field, edited, inline }: EditProps): ReactElement {
  const kit = kitOf(field.type);
  const refused = edited.refused !== undefined && same(edited.refused.draft, edited.draft);
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') inline.giveUp();
    const target = event.target as HTMLElement;
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || target.tagName === 'BUTTON') return;
    const sends = kit.immediate
      ? refused && target.getAttribute('aria-expanded') !== 'true'
      : field.type !== 'long_text';
    if (sends) inline.send(edited.draft);
  };
  const onBlur = (event: FocusEvent<HTMLDivElement>): void => {
    const next = event.relatedTarget as HTMLElement | null;
    const inside =
      event.currentTarget.contains(next) ||
      next?.closest('[data-portal],[role="listbox"],.mantine-Popover-dropdown');
    if (!inside && !refused) inline.send(edited.draft);
  };
  return (
    <div onKeyDown={onKeyDown} onBlur={onBlur}>
      <kit.Input
        field={field}
        value={edited.draft as never}
        autoFocus={inline.focus}
        error={refused}
        onChange={(next) => (kit.immediate ? inline.send(next) : inline.type(next))}
      />
      {refused && <Reason field={field} edited={edited} inline={inline} />}
    </div>
  );
}

/** A fact that becomes its own editor where it stands. What others save meanwhile waits: the editor saves on what it began with. */
export function InlineField({ object, record, field, editable, save }: InlineFieldProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const inline = useInline(object, record, field, save);
  const shown = <FieldValue field={field} value={record[field.name]} wrap />;
  if (!editable) return <div className={styles.value}>{shown}</div>;
  if (inline.edited) return <Edit field={field} edited={inline.edited} inline={inline} />;
  const onClick = (event: MouseEvent): void => {
    if (!(event.target as HTMLElement).closest('a')) inline.begin();
  };
  return (
    <div className={`${styles.value} ${styles.editable}`} onClick={onClick}>
      <span>{shown}</span>
      <button
        type="button"
        className={styles.pencil}
        data-editable
        aria-label={t('page.editField', { field: name(field) })}
        onClick={inline.begin}
      >
        <IconPencil size={14} aria-hidden />
      </button>
    </div>
  );
}
