import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api';
import { Failure, Notice, TablePicture } from '@/ui';
import { useOpenRound } from './openRound';

interface BlindNoticeProps {
  error: unknown;
  onRetry: () => void;
}

/** Answers that may come of fields out of sight: a base is forbidden, a list or a pivot table knows no such field. */
const UNSEEN = new Set([400, 403, 409]);

/** Why figures are out of sight: mostly the role, for some days a list of key customers that is not sealed yet. */
export function BlindNotice({ error, onRetry }: BlindNoticeProps): ReactElement {
  const { t } = useTranslation();
  const status = error instanceof ApiError ? error.status : undefined;
  const round = useOpenRound(status !== undefined && UNSEEN.has(status));
  if (!round) return <Failure error={error} onRetry={status === 403 ? undefined : onRetry} />;
  return (
    <Notice
      picture={<TablePicture />}
      title={t('blind.title')}
      action={
        <Link to="/key-customers/$roundId" params={{ roundId: round.id }}>
          {t('blind.seal')}
        </Link>
      }
    >
      {t('blind.help')}
    </Notice>
  );
}
