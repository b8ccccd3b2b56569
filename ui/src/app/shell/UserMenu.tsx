import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconCheck,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPencil,
  IconSun,
  IconSunMoon,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { session, useMe } from '@/api';
import { allowLeaving, forgetDrafts, hasDrafts, useDrafts } from '@/records';
import { Face, useFormat } from '@/ui';
import { LANGUAGES, speak } from '../i18n';
import { openShortcuts } from './Shortcuts';
import { openUnsaved } from './Unsaved';
import styles from './shell.module.css';

const SCHEMES = [
  { value: 'light', icon: IconSun, label: 'shell.light' },
  { value: 'dark', icon: IconMoon, label: 'shell.dark' },
  { value: 'auto', icon: IconSunMoon, label: 'shell.auto' },
] as const;

export function UserMenu({ folded }: { folded: boolean }): ReactElement {
  const { t, i18n } = useTranslation();
  const { user } = useMe();
  const { waiting } = useDrafts();
  const format = useFormat();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useMutation({
    mutationFn: session.signOut,
    onSettled: () => {
      forgetDrafts();
      allowLeaving();
      window.location.assign('/sign-in');
    },
  });
  const askAndLeave = (): void => {
    if (!hasDrafts() || window.confirm(t('session.unsaved'))) leave.mutate();
  };
  return (
    <Menu width={220} position="top-start">
      <Menu.Target>
        <button
          type="button"
          className={styles.item}
          aria-label={folded ? t('shell.account', { name: user.name }) : undefined}
        >
          <Face name={user.name} size={20} />
          {!folded && <bdi className="v-cut">{user.name}</bdi>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('shell.colours')}</Menu.Label>
        {SCHEMES.map(({ value, icon: Icon, label }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            rightSection={colorScheme === value && <IconCheck size={14} />}
            onClick={() => setColorScheme(value)}
          >
            {t(label)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('shell.language')}</Menu.Label>
        {LANGUAGES.map(({ code, name }) => (
          <Menu.Item
            key={code}
            lang={code}
            rightSection={i18n.language === code && <IconCheck size={14} />}
            onClick={() => void speak(code)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {waiting.length > 0 && (
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            rightSection={format.number(waiting.length)}
            onClick={openUnsaved}
          >
            {t('unsaved.title')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openShortcuts}>
          {t('shortcuts.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} className="v-flip" />} onClick={askAndLeave}>
          {t('session.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
