import type { NewAction, SuccessKind } from '@/api';

/** What the form holds: numbers as their inputs keep them, shares in per cent. */
export interface ActionDraft {
  name: string;
  kind: SuccessKind;
  days: number | '';
  cost: number | '';
  control: number | '';
  /** Empty where profit is worked out from the costs of what was sold. */
  margin: number | '';
}

export const START: ActionDraft = { name: '', kind: 'purchase', days: 30, cost: 0, control: 20, margin: '' };

/** What goes to the server; null while something is missing. */
export function wantedOf(draft: ActionDraft, group: number): NewAction | null {
  const { name, kind, days, cost, control, margin } = draft;
  if (days === '' || cost === '' || control === '') return null;
  return {
    group,
    name: name.trim() || '–',
    success: { kind, days },
    cost: String(cost),
    control_share: control / 100,
    ...(margin === '' ? {} : { margin_share: margin / 100 }),
  };
}
