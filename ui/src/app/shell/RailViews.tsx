import { IconFilter, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, views, type SavedView } from '@/api';
import { useCatalogue } from '@/catalogue';
import styles from './shell.module.css';

function Section({ title, items }: { title: string; items: SavedView[] }): ReactElement | null {
  const catalogue = useCatalogue();
  if (!items.length) return null;
  return (
    <>
      <div className={styles.section}>{title}</div>
      {items.map((view) => {
        const plural = catalogue.object(view.object)?.plural;
        if (!plural) return null;
        const Icon = view.kind === 'group' ? IconUsers : IconFilter;
        return (
          <Link
            key={view.id}
            className={styles.item}
            to="/$plural"
            params={{ plural }}
            search={{ ...view.query, view: view.id }}
            activeOptions={{ exact: true }}
          >
            <Icon size={16} stroke={1.6} aria-hidden />
            <bdi className="v-cut">{view.name}</bdi>
          </Link>
        );
      })}
    </>
  );
}

/** Saved views and groups of customers. */
export function RailViews(): ReactElement {
  const { t } = useTranslation();
  const { data = [] } = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  return (
    <>
      <Section title={t('nav.groups')} items={data.filter(({ kind }) => kind === 'group')} />
      <Section title={t('nav.views')} items={data.filter(({ kind }) => kind === 'view')} />
    </>
  );
}
