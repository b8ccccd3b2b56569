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

/** Why figures are out of sight: mostly the role, for some days a list of key customers that is not sealed yet. */
export function BlindNotice({ error, onRetry }: BlindNoticeProps): ReactElement {
  const { t } = useTranslation();
  const forbidden = error instanceof ApiError && error.status === 403;
  const round = useOpenRound(forbidden);
  if (!forbidden) return <Failure error={error} onRetry={onRetry} />;
  if (!round) return <Failure error={error} />;
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
