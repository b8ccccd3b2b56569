import { Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keyCustomers, keys, type WholeRound, useMe } from '@/api';
import { Failure, FormModal, Notice, Question, TablePicture, Tag, TitleRow, useFormat } from '@/ui';
import { Compared } from './Compared';
import { againDraft } from './draft';
import styles from './keycustomers.module.css';
import { ListMaker } from './ListMaker';
import { RoundForm } from './RoundForm';
import { useMeasureWords } from './useMeasures';

const COLOURS = { open: 'yellow', sealed: 'teal', waived: 'gray', missed: 'gray' };

interface PeopleProps {
  round: WholeRound;
  chosen: number;
  /** Whose list to compare; without it nobody else's may be seen. */
  onChoose?: (user: number) => void;
}

function People({ round, chosen, onChoose }: PeopleProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Question title={t('keys.people')}>
      <div className={styles.scroll}>
        <table className={styles.rows}>
          <tbody>
            {round.participants.map(({ user, state, sealed_at: at, hash }) => (
              <tr key={user.id} data-chosen={user.id === chosen || undefined}>
                <td>
                  <bdi>{user.title}</bdi>
                </td>
                <td>
                  <Tag color={COLOURS[state]}>{t(`keys.state.${state}`)}</Tag>
                </td>
                <td className="v-soft">{at && format.dateTime(at)}</td>
                <td className="v-soft" title={hash ?? undefined}>
                  {hash && <code dir="ltr">{hash.slice(0, 12)}</code>}
                </td>
                <td className={styles.end}>
                  {onChoose && state === 'sealed' && user.id !== chosen && (
                    <Button variant="subtle" size="compact-sm" onClick={() => onChoose(user.id)}>
                      {t('keys.compare')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Question>
  );
}

/** What participants do not see until they seal, and what they do. */
function Withheld({ round }: { round: WholeRound }): ReactElement {
  const { t } = useTranslation();
  return (
    <aside className={styles.withheld}>
      <strong>{t('keys.blind')}</strong>
      <p>
        {t('keys.withheld')} {t(round.hide_amounts ? 'keys.amountsHidden' : 'keys.amountsSeen')}
      </p>
    </aside>
  );
}

function Again({ round }: { round: WholeRound }): ReactElement {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconRepeat size={14} aria-hidden />} onClick={open}>
        {t('keys.again')}
      </Button>
      <FormModal opened={opened} onClose={close} title={t('keys.again')} size="lg">
        <RoundForm start={againDraft(round, new Date().toLocaleDateString('sv'))} />
      </FormModal>
    </>
  );
}

function Body({ round }: { round: WholeRound }): ReactElement {
  const { t } = useTranslation();
  const { user, manages } = useMe();
  const sealed = round.participants.filter(({ state }) => state === 'sealed');
  const own = sealed.some((one) => one.user.id === user.id);
  const first = own ? user.id : manages ? (sealed[0]?.user.id ?? 0) : 0;
  const [asked, setAsked] = useState<number | null>(null);
  const chosen = asked ?? first;
  const open = round.state === 'open';
  return (
    <>
      {open && <Withheld round={round} />}
      {open && <ListMaker round={round} />}
      {!open && chosen > 0 && <Compared round={round} user={chosen} own={chosen === user.id} />}
      {!open && chosen === 0 && (
        <Notice picture={<TablePicture />} title={t('keys.noList')}>
          {t('keys.noListHelp')}
        </Notice>
      )}
      <People round={round} chosen={open ? 0 : chosen} onChoose={manages && !open ? setAsked : undefined} />
    </>
  );
}

/** One period: first one's own list, then gut beside data. */
export function RoundPage(): ReactElement {
  const { roundId } = useParams({ from: '/inside/key-customers/$roundId' });
  const { t } = useTranslation();
  const format = useFormat();
  const words = useMeasureWords();
  const { manages } = useMe();
  const { data, error, refetch } = useQuery({
    queryKey: keys.round(roundId),
    queryFn: () => keyCustomers.read(roundId),
  });
  return (
    <>
      <TitleRow
        print
        title={data?.name ?? t('nav.keyCustomers')}
        aside={
          data && (
            <span className="v-soft">
              {t('keys.span', { from: format.date(data.starts_on), to: format.date(data.ends_on) })} ·{' '}
              {words(data)}
            </span>
          )
        }
        actions={data && manages && data.state !== 'open' && <Again round={data} />}
      />
      <div className={styles.page}>
        <p>
          <Link to="/key-customers">{t('keys.allRounds')}</Link>
        </p>
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={320} />}
        {data && <Body key={`${data.id} ${data.state}`} round={data} />}
      </div>
    </>
  );
}
