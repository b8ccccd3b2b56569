import 'dayjs/locale/he';
import 'dayjs/locale/ko';
import 'dayjs/locale/ro';
import 'dayjs/locale/zh-cn';
import {
  DirectionProvider,
  MantineProvider,
  mergeThemeOverrides,
  useDirection,
  type MantineThemeOverride,
} from '@mantine/core';
import { DatesProvider, type DatesProviderSettings } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { RecordSlotsProvider } from '@/records';
import { theme } from '@/ui';
import { dirOf } from './i18n';
import type { makeRouter } from './router';
import { recordSlots } from './slots';

const ISRAEL: DatesProviderSettings = { firstDayOfWeek: 0, weekendDays: [5, 6] };
const ELSEWHERE: DatesProviderSettings = { firstDayOfWeek: 1, weekendDays: [0, 6] };
const DAYJS: Record<string, string> = { zh: 'zh-cn' };

/** Mirrors the page when the language does. */
function Direction(): null {
  const { i18n } = useTranslation();
  const { dir, setDirection } = useDirection();
  const wanted = dirOf(i18n.language);
  useEffect(() => {
    if (dir !== wanted) setDirection(wanted);
  }, [dir, wanted, setDirection]);
  return null;
}

/** Every cross that closes something has a name. */
function closeButtons(label: string): MantineThemeOverride {
  const named = { defaultProps: { closeButtonProps: { 'aria-label': label } } };
  return { components: { Modal: named, Drawer: named, Notification: named } };
}

interface AppProps {
  client: QueryClient;
  router: ReturnType<typeof makeRouter>;
}

export function App({ client, router }: AppProps): ReactElement {
  const { t, i18n } = useTranslation();
  const spoken = useMemo(() => mergeThemeOverrides(theme, closeButtons(t('shell.close'))), [t]);
  const locale = DAYJS[i18n.language] ?? i18n.language;
  return (
    <DirectionProvider initialDirection={dirOf(i18n.language)}>
      <MantineProvider theme={spoken} defaultColorScheme="auto">
        <Direction />
        <DatesProvider settings={{ locale, ...(i18n.language === 'he' ? ISRAEL : ELSEWHERE) }}>
          <QueryClientProvider client={client}>
            <RecordSlotsProvider value={recordSlots}>
              <Notifications position="bottom-center" limit={3} />
              <RouterProvider router={router} />
            </RecordSlotsProvider>
          </QueryClientProvider>
        </DatesProvider>
      </MantineProvider>
    </DirectionProvider>
  );
}
