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
    ['j', free(() => step(1))],
    ['k', free(() => step(-1))],
    ['ArrowDown', inTable(() => step(1)), { preventDefault: false }],
    ['ArrowUp', inTable(() => step(-1)), { preventDefault: false }],
    ['Enter', free(() => at >= 0 && onOpen(at), 'a,button'), { preventDefault: false }],
    ['x', free(() => at >= 0 && onSelect(at))],
    ['c', free(onCreate)],
    ['/', free(onFilter)],
    ['Escape', free(onClose), { preventDefault: false }],
  ]);
  return [at, setCursor];
}

type Handler = (event: KeyboardEvent) => void;

const ABOVE = '[role="dialog"],[role="menu"],[role="listbox"]';

function within(event: KeyboardEvent, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

/** Acts unless the focus is in something that lies above the list, or in what has its own use for the key. */
function free(act: () => void, own?: string): Handler {
  return (event) => {
    if (!within(event, own ? `${ABOVE},${own}` : ABOVE)) act();
  };
}

/** Arrows walk the rows when the table, or nothing, has the focus; elsewhere they scroll. */
function inTable(act: () => void): Handler {
  return (event) => {
    if (event.target !== document.body && !within(event, '[role="grid"]')) return;
    event.preventDefault();
    act();
  };
}
