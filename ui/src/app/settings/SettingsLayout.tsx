import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { Suspense, useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PagePending } from '../shell/PagePending';
import { useMe } from '@/api';
import styles from './settings.module.css';

export function SettingsLayout(): ReactElement {
  const { t } = useTranslation();
  const { role } = useMe().user;
  const { pathname } = useLocation();
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    tabs.current
      ?.querySelector('[data-status=active]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <div className={styles.layout}>
      <nav ref={tabs} className={styles.tabs} aria-label={t('nav.settings')}>
        <Link to="/settings/objects">{t('settings.objects')}</Link>
        <Link to="/settings/insight">{t('settings.insight')}</Link>
        <Link to="/settings/rates">{t('settings.rates')}</Link>
        <Link to="/settings/policies">{t('settings.policies')}</Link>
        <Link to="/settings/changes">{t('settings.changes')}</Link>
        {role === 'owner' && <Link to="/settings/workspace">{t('settings.workspace')}</Link>}
        {role === 'owner' && <Link to="/settings/rights">{t('settings.rights')}</Link>}
        {role === 'owner' && <Link to="/settings/retention">{t('settings.retention')}</Link>}
        <Link to="/settings/tokens">{t('settings.tokens')}</Link>
        <Link to="/settings/password">{t('settings.password')}</Link>
      </nav>
      <div className={styles.content}>
        <Suspense fallback={<PagePending />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
