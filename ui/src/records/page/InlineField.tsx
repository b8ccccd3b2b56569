import { IconPencil } from '@tabler/icons-react';
import { useState, type FocusEvent, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldSpec, Value } from '@/api';
import { useFieldLabel } from '@/catalogue';
import { FieldValue, kitOf } from '@/fields';
import styles from './page.module.css';

interface InlineFieldProps {
  field: FieldSpec;
  value: Value;
  editable: boolean;
  onSave: (value: Value) => void;
}

const same = (a: Value, b: Value): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

interface EditProps {
  field: FieldSpec;
  value: Value;
  onSave: (value: Value) => void;
  onClose: () => void;
}

/** Leaving the input saves, Enter saves, Escape does not; a choice saves at once. */
function Edit({ field, value, onSave, onClose }: EditProps): ReactElement {
  const kit = kitOf(field.type);
  const [draft, setDraft] = useState<Value>(value ?? null);
  const finish = (next: Value): void => {
    if (!same(next, value)) onSave(next);
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') onClose();
    if (
      event.key === 'Enter' &&
      field.type !== 'long_text' &&
      !kit.immediate &&
      !event.nativeEvent.isComposing
    )
      finish(draft);
  };
  const onBlur = (event: FocusEvent<HTMLDivElement>): void => {
    const next = event.relatedTarget as HTMLElement | null;
    const inside =
      event.currentTarget.contains(next) ||
      next?.closest('[data-portal],[role="listbox"],.mantine-Popover-dropdown');
    if (!inside) finish(draft);
  };
  return (
    <div onKeyDown={onKeyDown} onBlur={onBlur}>
      <kit.Input
        field={field}
        value={draft as never}
        autoFocus
        onChange={(next) => {
          setDraft(next);
          if (kit.immediate) finish(next);
        }}
      />
    </div>
  );
}

/** A fact that becomes its own editor where it stands. What others save meanwhile waits: the editor saves on what it began with. */
export function InlineField({ field, value, editable, onSave }: InlineFieldProps): ReactElement {
  const { t } = useTranslation();
  const name = useFieldLabel();
  const [begun, setBegun] = useState<Pick<EditProps, 'value' | 'onSave'> | null>(null);
  if (begun) return <Edit field={field} {...begun} onClose={() => setBegun(null)} />;
  const begin = (): void => setBegun({ value, onSave });
  const shown = <FieldValue field={field} value={value} wrap />;
  if (!editable) return <div className={styles.value}>{shown}</div>;
  const onClick = (event: MouseEvent): void => {
    if (!(event.target as HTMLElement).closest('a')) begin();
  };
  return (
    <div className={`${styles.value} ${styles.editable}`} onClick={onClick}>
      <span>{shown}</span>
      <button
        type="button"
        className={styles.pencil}
        data-editable
        aria-label={t('page.editField', { field: name(field) })}
        onClick={begin}
      >
        <IconPencil size={14} aria-hidden />
      </button>
    </div>
  );
}
