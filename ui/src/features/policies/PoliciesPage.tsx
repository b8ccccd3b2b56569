import { ActionIcon, Skeleton, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, policies, views, type SavedView, useMe } from '@/api';
import { useCatalogue } from '@/catalogue';
import { Failure, FormModal, Notice, TablePicture, TitleRow, useFormat } from '@/ui';
import styles from './policies.module.css';
import { PolicyForm } from './PolicyForm';
import { Principled } from './Principled';

interface RowProps {
  group: SavedView;
  policy: Awaited<ReturnType<typeof policies.list>>[number] | undefined;
  onEdit?: () => void;
}

function Row({ group, policy, onEdit }: RowProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const plural = useCatalogue().object(group.object)?.plural ?? group.object;
  return (
    <tr>
      <td>
        <Link to="/$plural" params={{ plural }} search={{ ...group.query, view: group.id }}>
          <bdi>{group.name}</bdi>
        </Link>
      </td>
      <td>{policy ? <Principled policy={policy} /> : <span className="v-soft">–</span>}</td>
      <td className={styles.end}>{policy && format.number(policy.precedence)}</td>
      <td className={styles.end}>
        {onEdit && (
          <Tooltip label={t('policy.edit', { group: group.name })}>
            <ActionIcon aria-label={t('policy.edit', { group: group.name })} onClick={onEdit}>
              <IconPencil size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </td>
    </tr>
  );
}

/** All shared groups, and how the members of each are treated. */
export function PoliciesPage(): ReactElement {
  const { t } = useTranslation();
  const { manages } = useMe();
  const [edited, setEdited] = useState<number | null>(null);
  const known = useQuery({ queryKey: keys.policies, queryFn: policies.list });
  const saved = useQuery({ queryKey: keys.views, queryFn: () => views.list() });
  const groups = saved.data?.filter(({ kind, shared }) => kind === 'group' && shared);
  const policyOf = (id: number | null) => known.data?.find((policy) => policy.id === id);
  const rank = (id: number): number => policyOf(id)?.precedence ?? Infinity;
  const error = known.error ?? saved.error;
  return (
    <>
      <TitleRow print title={t('policy.plural')} />
      <div className={styles.page}>
        <p className="v-soft">{t('policy.pageHelp')}</p>
        {error && <Failure error={error} onRetry={() => void known.refetch()} />}
        {(!known.data || !groups) && !error && <Skeleton height={200} />}
        {groups?.length === 0 && (
          <Notice picture={<TablePicture />} title={t('policy.noGroups')}>
            {t('policy.saveFirst')}
          </Notice>
        )}
        {known.data && groups && groups.length > 0 && (
          <div className={styles.scroll}>
            <table className={styles.rows}>
              <thead>
                <tr>
                  <th>{t('policy.group')}</th>
                  <th>{t('policy.title')}</th>
                  <th className={styles.end}>{t('policy.precedence')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {[...groups]
                  .sort((a, b) => rank(a.id) - rank(b.id) || a.id - b.id)
                  .map((group) => (
                    <Row
                      key={group.id}
                      group={group}
                      policy={policyOf(group.id)}
                      onEdit={manages ? () => setEdited(group.id) : undefined}
                    />
                  ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
      <FormModal opened={edited !== null} onClose={() => setEdited(null)} title={t('policy.title')} size="lg">
        {edited !== null && (
          <PolicyForm group={edited} policy={policyOf(edited)} onDone={() => setEdited(null)} />
        )}
      </FormModal>
    </>
  );
}
