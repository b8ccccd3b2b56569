import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPlan } from '@/api';

/** What the plan does to whole columns: ids read as whole numbers, columns left out since another one says the same. */
export function Told({ plan }: { plan: ImportPlan }): ReactElement | null {
  const { t } = useTranslation();
  const whole = plan.whole ?? [];
  const left = plan.left ?? [];
  if (whole.length + left.length === 0) return null;
  return (
    <div className="v-soft">
      {whole.length > 0 && <p style={{ margin: 0 }}>{t('imports.whole', { columns: whole.join(', ') })}</p>}
      {left.map(({ column, because, of }) => (
        <p key={column} style={{ margin: 0 }}>
          {t(`imports.left.${because}`, { column, of })}
        </p>
      ))}
    </div>
  );
}
