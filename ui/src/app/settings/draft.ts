import type {
  FieldChange,
  FieldKind,
  FieldSpec,
  FieldTypeName,
  Labels,
  NewField,
  Option,
  Rollup,
} from '@/api';
import { nameOf, written } from './names';

export const WITH_OPTIONS = new Set<FieldTypeName>(['choice', 'multi_choice']);

/** A field as its form holds it. */
export interface FieldDraft {
  label: Labels;
  name: string;
  kind: FieldKind;
  type: FieldTypeName;
  required: boolean;
  options: Option[];
  target: string | null;
  formula: string;
  rollup: Rollup | null;
  requiredIf: string;
  verifyEvery: number | null;
  knownAfter: boolean;
}

const EMPTY: FieldDraft = {
  label: {},
  name: '',
  kind: 'entered',
  type: 'text',
  required: false,
  options: [],
  target: null,
  formula: '',
  rollup: null,
  requiredIf: '',
  verifyEvery: null,
  knownAfter: false,
};

/** Of these a model learns who leaves; of other records it makes no difference when a value came to be known. */
export const LEARNED_FROM = new Set(['company', 'person']);

export function draftOf(field: FieldSpec | null): FieldDraft {
  if (!field) return EMPTY;
  const { label, name, kind, type, required, options, target, rollup } = field;
  const known = { label, name, kind, type, required, options, target, rollup };
  return {
    ...known,
    formula: field.formula ?? '',
    requiredIf: field.required_if ?? '',
    verifyEvery: field.verify_every,
    knownAfter: Boolean(field.known_after),
  };
}

/** How many records hold an option that was taken away by this change. */
export function takenNow(field: FieldSpec | null, held: Record<string, number>): number {
  return (field?.options ?? []).reduce((sum, { value }) => sum + (held[value] ?? 0), 0);
}

export function isComplete({ label, kind, type, options, target, formula, rollup }: FieldDraft): boolean {
  if (!label.en?.trim()) return false;
  if (kind === 'formula') return formula.trim() !== '';
  if (kind === 'rollup') return rollup !== null && (rollup.function === 'count' || Boolean(rollup.of));
  return type === 'choice' ? options.length > 0 : type !== 'relation' || target !== null;
}

/** What can be changed of a field that is there. */
export function changeOf(draft: FieldDraft, { kind }: FieldSpec): FieldChange {
  const shared = { label: written(draft.label), known_after: draft.knownAfter };
  if (kind === 'formula') return { ...shared, formula: draft.formula };
  if (kind === 'rollup') return { ...shared, ...(draft.rollup ? { rollup: draft.rollup } : {}) };
  if (kind === 'insight') return shared;
  return {
    ...shared,
    required: draft.required,
    required_if: draft.requiredIf.trim() || null,
    verify_every: draft.verifyEvery,
    ...(WITH_OPTIONS.has(draft.type) ? { options: draft.options } : {}),
  };
}

export function newFieldOf(draft: FieldDraft): NewField {
  const { label, name, kind, type, target, rollup } = draft;
  const after = draft.knownAfter ? { known_after: true } : {};
  const known = { label: written(label), name: name || nameOf(label.en ?? ''), type, ...after };
  if (kind === 'formula') return { ...known, formula: draft.formula };
  if (kind === 'rollup' && rollup) return { ...known, rollup };
  return {
    ...known,
    required: draft.required,
    ...(draft.requiredIf.trim() ? { required_if: draft.requiredIf.trim() } : {}),
    ...(draft.verifyEvery ? { verify_every: draft.verifyEvery } : {}),
    ...(WITH_OPTIONS.has(type) ? { options: draft.options } : {}),
    ...(type === 'relation' && target ? { target } : {}),
  };
}
