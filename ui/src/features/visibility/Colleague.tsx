import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { SightReason, Standing } from '@/api';
import { useCatalogue, useFieldLabel } from '@/catalogue';
import { Face } from '@/ui';
import styles from './visibility.module.css';

interface ColleagueProps {
  object: string;
  standing: Standing;
}

/** One colleague: what they may do, why they see it, and what they do not see. */
export function Colleague({ object, standing }: ColleagueProps): ReactElement {
  const { t } = useTranslation();
  const spec = useCatalogue().object(object);
  const name = useFieldLabel();
  const label = (field: string | null): string => {
    const found = spec?.fields.find((item) => item.name === field);
    return found ? name(found) : '';
  };
  const why = ({ code, field }: SightReason): string =>
    t(`visibility.why.${code}`, { role: t(`visibility.role.${standing.role}`), field: label(field) });
  const able = (['read', 'update', 'delete'] as const).filter((action) => standing[action]);
  const title = standing.user.title ?? `#${standing.user.id}`;
  return (
    <li className={styles.row}>
      <Face name={title} size={24} />
      <span className={styles.name}>
        <bdi>{title}</bdi>
        <span className="v-soft v-small">{standing.read && why(standing.read)}</span>
        <span className="v-faint v-small">
          {able.map((action) => t(`visibility.can.${action}`)).join(' · ')}
          {standing.hidden.length > 0 &&
            ` · ${t('visibility.without', { fields: standing.hidden.map(label).join(', ') })}`}
        </span>
      </span>
    </li>
  );
}
