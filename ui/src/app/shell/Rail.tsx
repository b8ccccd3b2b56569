import { ActionIcon, Kbd, Tooltip } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import {
  IconChartDonut,
  IconChevronDown,
  IconChevronRight,
  IconFileImport,
  IconFlask,
  IconLayoutSidebar,
  IconSearch,
  IconSettings,
} from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue, useLabel } from '@/catalogue';
import { ObjectIcon } from '@/ui';
import { useMe } from '@/api';
import { openPalette } from './Palette';
import { RailBase } from './RailBase';
import { RailViews } from './RailViews';
import { UserMenu } from './UserMenu';
import styles from './shell.module.css';

/** The objects of everyday work; the others wait behind "More". */
const FIRST = ['company', 'person', 'deal', 'activity', 'ticket', 'invoice'];

interface ItemProps {
  to: LinkProps['to'];
  params?: Record<string, string>;
  icon: ReactNode;
  label: string;
  folded: boolean;
  /** Pages below it have rows of their own. */
  exact?: boolean;
}

function Item({ to, params, icon, label, folded, exact }: ItemProps): ReactElement {
  const link = (
    <Link
      to={to}
      params={params as never}
      className={styles.item}
      activeOptions={{ includeSearch: false, exact }}
      aria-label={folded ? label : undefined}
    >
      {icon}
      {!folded && <span className="v-cut">{label}</span>}
    </Link>
  );
  return folded ? <Tooltip label={label}>{link}</Tooltip> : link;
}

function SearchButton({ folded }: { folded: boolean }): ReactElement {
  const { t } = useTranslation();
  const mac = useOs() === 'macos';
  return (
    <button
      type="button"
      className={styles.search}
      onClick={openPalette}
      aria-label={folded ? t('shell.search') : undefined}
    >
      <IconSearch size={16} aria-hidden />
      {!folded && <span>{t('shell.search')}</span>}
      {!folded && <Kbd size="xs">{mac ? '⌘ K' : 'Ctrl K'}</Kbd>}
    </button>
  );
}

function Objects({ folded }: { folded: boolean }): ReactElement {
  const { t } = useTranslation();
  const { objects } = useCatalogue();
  const read = useLabel();
  const [more, setMore] = useState(false);
  const rank = (name: string): number => FIRST.indexOf(name);
  const first = objects.filter(({ name, origin }) => rank(name) >= 0 || origin !== 'core');
  const rest = objects.filter((object) => !first.includes(object));
  first.sort((a, b) => ((rank(a.name) + 99) % 99) - ((rank(b.name) + 99) % 99));
  const shown = more ? [...first, ...rest] : first;
  return (
    <>
      {shown.map(({ name, plural, icon, label_plural }) => (
        <Item
          key={name}
          to="/$plural"
          params={{ plural }}
          icon={<ObjectIcon name={icon} />}
          label={read(label_plural)}
          folded={folded}
        />
      ))}
      {rest.length > 0 && !folded && (
        <button type="button" className={styles.item} onClick={() => setMore(!more)} aria-expanded={more}>
          {more ? (
            <IconChevronDown size={16} aria-hidden />
          ) : (
            <IconChevronRight size={16} className="v-flip" aria-hidden />
          )}
          <span className="v-soft">{more ? t('shell.less') : t('shell.more')}</span>
        </button>
      )}
    </>
  );
}

interface RailProps {
  folded: boolean;
  onFold: () => void;
}

export function Rail({ folded, onFold }: RailProps): ReactElement {
  const { t } = useTranslation();
  const { workspace } = useMe();
  return (
    <nav className={`${styles.rail} ${folded ? styles.folded : ''}`} aria-label={t('shell.navigation')}>
      <div className={styles.railHead}>
        {!folded && <bdi className="v-cut">{workspace.name}</bdi>}
        <ActionIcon
          aria-label={folded ? t('shell.unfold') : t('shell.fold')}
          aria-expanded={!folded}
          onClick={onFold}
        >
          <IconLayoutSidebar size={16} className="v-flip" />
        </ActionIcon>
      </div>
      <SearchButton folded={folded} />
      <Item
        to="/base"
        icon={<IconChartDonut size={16} stroke={1.6} aria-hidden />}
        label={t('nav.base')}
        folded={folded}
        exact={!folded}
      />
      {!folded && <RailBase />}
      <Objects folded={folded} />
      {!folded && <RailViews />}
      <span className={styles.spring} />
      <Item
        to="/actions"
        icon={<IconFlask size={16} stroke={1.6} aria-hidden />}
        label={t('nav.actions')}
        folded={folded}
      />
      <Item
        to="/imports"
        icon={<IconFileImport size={16} stroke={1.6} aria-hidden />}
        label={t('nav.imports')}
        folded={folded}
      />
      <Item
        to="/settings"
        icon={<IconSettings size={16} stroke={1.6} aria-hidden />}
        label={t('nav.settings')}
        folded={folded}
      />
      <UserMenu folded={folded} />
    </nav>
  );
}
