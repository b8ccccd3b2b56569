/** The same colour for the same meaning in table, plot and badge: CSS variables of tokens.css. */
export const MEANING = {
  accent: '--v-accent',
  classA: '--v-class-a',
  classB: '--v-class-b',
  classC: '--v-class-c',
  gain: '--v-gain',
  loss: '--v-loss',
  risk: '--v-risk',
  warn: '--v-warn',
  text: '--v-text',
  soft: '--v-text-soft',
  line: '--v-line',
  background: '--v-bg',
} as const;

export type Meaning = keyof typeof MEANING;

export function classColour(value: string): Meaning {
  if (value === 'A') return 'classA';
  return value === 'B' ? 'classB' : 'classC';
}

/** The computed colour of a meaning, for canvases that cannot read CSS variables. */
export function colourOf(meaning: Meaning): string {
  return getComputedStyle(document.documentElement).getPropertyValue(MEANING[meaning]).trim() || '#888888';
}
