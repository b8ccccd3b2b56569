import { useHotkeys } from '@mantine/hooks';
import { useCallback, useState } from 'react';

interface ListKeys {
  size: number;
  onOpen: (index: number) => void;
  onSelect: (index: number) => void;
  onCreate: () => void;
  onFilter: () => void;
  onClose: () => void;
}

/** j and k walk the rows, Enter opens, x selects, c creates, / filters. Returns the row that has the cursor, or -1. */
export function useListKeys({
  size,
  onOpen,
  onSelect,
  onCreate,
  onFilter,
  onClose,
}: ListKeys): [number, (index: number) => void] {
  const [cursor, setCursor] = useState(-1);
  const step = useCallback(
    (by: number) => setCursor((at) => Math.max(0, Math.min(size - 1, at + by))),
    [size],
  );
  const at = Math.min(cursor, size - 1);
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    ['ArrowDown', () => step(1)],
    ['ArrowUp', () => step(-1)],
    ['Enter', (event) => onEnter(event, () => at >= 0 && onOpen(at)), { preventDefault: false }],
    ['x', () => at >= 0 && onSelect(at)],
    ['c', onCreate],
    ['/', onFilter],
    ['Escape', onClose, { preventDefault: false }],
  ]);
  return [at, setCursor];
}

/** Enter belongs to the button or link that has the focus, if one has. */
function onEnter(event: KeyboardEvent, act: () => void): void {
  const target = event.target as HTMLElement;
  if (!target.closest('a,button,[role="dialog"]')) act();
}
