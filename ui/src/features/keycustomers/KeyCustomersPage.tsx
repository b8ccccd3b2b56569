import { Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keyCustomers, keys, type Round, useMe } from '@/api';
import {
  ColumnTable,
  Failure,
  FormModal,
  Notice,
  Question,
  TablePicture,
  Tag,
  TitleRow,
  useFormat,
} from '@/ui';
import { firstDraft } from './draft';
import { History } from './History';
import styles from './keycustomers.module.css';
import { RoundForm } from './RoundForm';

const COLOURS = { open: 'yellow', sealed: 'teal', waived: 'gray', missed: 'gray', looking_on: 'blue' };

function Standing({ round }: { round: Round }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className="v-soft">
      {round.state === 'open'
        ? t('keys.until', { when: format.dateTime(round.seal_by) })
        : t(round.ranked_at ? 'keys.ranked' : 'keys.notRanked')}
    </span>
  );
}

function Rounds({ rounds }: { rounds: Round[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const name = (round: Round): ReactElement => (
    <Link to="/key-customers/$roundId" params={{ roundId: round.id }}>
      <bdi>{round.name}</bdi>
    </Link>
  );
  const span = ({ starts_on, ends_on }: Round): string =>
    t('keys.span', { from: format.date(starts_on), to: format.date(ends_on) });
  const state = (round: Round): ReactElement => (
    <Tag color={COLOURS[round.state]}>{t(`keys.state.${round.state}`)}</Tag>
  );
  return (
    <Question title={t('keys.rounds')}>
      <div className={styles.scroll}>
        <ColumnTable
          className={styles.rows}
          rows={rounds}
          rowKey={({ id }) => id}
          columns={[
            { head: t('keys.name'), cell: name, words: true },
            { head: t('keys.period'), cell: span, words: true },
            { head: t('keys.yourList'), cell: state, words: true },
            { head: t('keys.ranking'), cell: (round) => <Standing round={round} />, words: true },
          ]}
        />
      </div>
    </Question>
  );
}

/** Who are the key customers, by gut and by numbers, period by period. */
export function KeyCustomersPage(): ReactElement {
  const { t } = useTranslation();
  const { user, manages } = useMe();
  const [opened, { open, close }] = useDisclosure(false);
  const { data, error, refetch } = useQuery({ queryKey: keys.rounds, queryFn: keyCustomers.rounds });
  const button = manages && (
    <Button leftSection={<IconPlus size={14} />} onClick={open}>
      {t('keys.open')}
    </Button>
  );
  return (
    <>
      <TitleRow print title={t('nav.keyCustomers')} actions={data && data.length > 0 && button} />
      <div className={styles.page}>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={240} />}
        {data?.length === 0 && (
          <Notice picture={<TablePicture />} title={t('keys.none')} action={button}>
            {t(manages ? 'keys.noneHelp' : 'keys.noneYet')}
          </Notice>
        )}
        {data && data.length > 0 && (
          <>
            <p className="v-soft">{t('keys.help')}</p>
            <Rounds rounds={data} />
            <History />
          </>
        )}
      </div>
      <FormModal opened={opened} onClose={close} title={t('keys.open')} size="lg">
        <RoundForm start={firstDraft(new Date().toLocaleDateString('sv'), user.id)} />
      </FormModal>
    </>
  );
}
