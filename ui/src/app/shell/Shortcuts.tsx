import { Kbd, Modal } from '@mantine/core';
import { useDisclosure, useHotkeys, useOs, useWindowEvent } from '@mantine/hooks';
import { Fragment, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './shell.module.css';

const OPEN = 'vav:shortcuts';

export function openShortcuts(): void {
  window.dispatchEvent(new Event(OPEN));
}

const KEYS: [string, string[]][] = [
  ['shortcuts.palette', ['Mod', 'K']],
  ['shortcuts.next', ['j']],
  ['shortcuts.previous', ['k']],
  ['shortcuts.peek', ['Enter']],
  ['shortcuts.select', ['x']],
  ['shortcuts.create', ['c']],
  ['shortcuts.edit', ['e']],
  ['shortcuts.filter', ['/']],
  ['shortcuts.close', ['Esc']],
  ['shortcuts.all', ['?']],
];

/** `?` shows every key. */
export function Shortcuts(): ReactElement {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const mod = useOs() === 'macos' ? '⌘' : 'Ctrl';
  useWindowEvent(OPEN as keyof WindowEventMap, open);
  useHotkeys([
    ['shift+?', open],
    ['?', open],
  ]);
  return (
    <Modal opened={opened} onClose={close} title={t('shortcuts.title')} closeOnClickOutside>
      <div className={styles.shortcuts}>
        {KEYS.map(([label, combination]) => (
          <Fragment key={label}>
            <span>{t(label)}</span>
            <span dir="ltr">
              {combination.map((key) => (
                <Kbd key={key} ms={4}>
                  {key === 'Mod' ? mod : key}
                </Kbd>
              ))}
            </span>
          </Fragment>
        ))}
      </div>
    </Modal>
  );
}
