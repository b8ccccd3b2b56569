import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconMenu2 } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { Suspense, useCallback, useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveUpdates, useMe } from '@/api';
import { useLeaveGuard } from '@/records';
import { useEnded } from '../session/ended';
import { SignInAgain } from '../session/SignInAgain';
import { chosenLanguage, LANGUAGES, speak } from '../i18n';
import { Palette } from './Palette';
import { PagePending } from './PagePending';
import { Rail } from './Rail';
import { Shortcuts } from './Shortcuts';
import { openUnsaved, Unsaved } from './Unsaved';
import styles from './shell.module.css';

/** The user's own language, unless another was chosen on this device. */
function useOwnLanguage(): void {
  const { user } = useMe();
  const { i18n } = useTranslation();
  useEffect(() => {
    const own = LANGUAGES.find(({ code }) => code === user.locale?.slice(0, 2));
    if (own && !chosenLanguage() && own.code !== i18n.language) void speak(own.code);
  }, [user.locale, i18n.language]);
}

/** Rail, page, palette and shortcuts: what is there on every screen behind sign-in. */
export function Shell(): ReactElement {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 47.99em)');
  const [folded, setFolded] = useLocalStorage({ key: 'vav.rail.folded', defaultValue: false });
  const [drawer, { open, close }] = useDisclosure(false);
  const path = useLocation({ select: (location) => location.pathname });
  useLiveUpdates(!useEnded());
  useOwnLanguage();
  const client = useQueryClient();
  useLeaveGuard(
    useCallback(() => client.isMutating() > 0, [client]),
    openUnsaved,
  );
  useEffect(close, [path, close]);
  return (
    <div className={styles.shell} data-folded={folded && !narrow}>
      <a className={styles.skip} href="#main">
        {t('shell.skip')}
      </a>
      {narrow ? (
        <div className={styles.topBar}>
          <ActionIcon aria-label={t('shell.menu')} onClick={open}>
            <IconMenu2 size={20} />
          </ActionIcon>
          <strong>Vis-à-vis</strong>
        </div>
      ) : (
        <Rail folded={folded} onFold={() => setFolded(!folded)} />
      )}
      <Drawer
        opened={drawer && Boolean(narrow)}
        onClose={close}
        size={280}
        padding={0}
        withCloseButton={false}
        attributes={{ content: { 'aria-label': t('shell.menu') } }}
      >
        <Rail folded={false} onFold={close} />
      </Drawer>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Suspense fallback={<PagePending />}>
          <Outlet />
        </Suspense>
      </main>
      <Palette />
      <Shortcuts />
      <Unsaved />
      <SignInAgain />
    </div>
  );
}
