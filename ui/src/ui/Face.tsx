import { Avatar } from '@mantine/core';
import type { ReactElement } from 'react';

const WIDE = /[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u;

/** Two letters of a name: first and last word; of a Chinese, Japanese or Korean name, its last two signs. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s,.&/()-]+/u)
    .filter(Boolean);
  const first = words[0];
  if (!first) return '?';
  if (WIDE.test(first)) return [...words.join('')].slice(-2).join('');
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  const letters = [...first][0] + (last ? ([...last][0] ?? '') : '');
  return letters.toLocaleUpperCase();
}

interface FaceProps {
  name: string;
  size?: number;
  /** Companies are square, people are round. */
  square?: boolean;
}

export function Face({ name, size = 24, square = false }: FaceProps): ReactElement {
  return (
    <Avatar
      size={size}
      radius={square ? 6 : size}
      name={name}
      color="gray"
      aria-hidden
      styles={{ placeholder: { fontSize: size * 0.4, background: 'var(--v-line)', color: 'var(--v-text)' } }}
    >
      {initials(name)}
    </Avatar>
  );
}
