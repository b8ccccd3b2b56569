import { Button } from '@mantine/core';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MethodRun, SettingChange, WholeMethod } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { Remarks } from '@/records';
import { inSentence, Question, Tag, useFormat } from '@/ui';
import { entriesOf, type Entry } from './log';
import styles from './methods.module.css';
import { useWords } from './useWords';

const FIRST = 8;

function Ran({ run }: { run: MethodRun }): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const object = useCatalogue().object(run.object);
  const objects = inSentence(useLabel()(object?.label_plural) || run.object, i18n.language);
  return (
    <>
      <p>
        {run.rows !== null && `${format.number(run.rows)} ${objects} · `}
        {t('methods.ranOver', {
          day: format.date(run.as_of),
          seconds: format.number(run.seconds, { maximumFractionDigits: 1 }),
          version: run.version,
        })}
      </p>
      {run.refused.map((refusal) => (
        <p key={refusal.code}>{words.refusal(refusal)}</p>
      ))}
      {object && <Remarks object={object} notes={run.notes} />}
    </>
  );
}

function Decided({ change }: { change: SettingChange }): ReactElement {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <>
      {change.changes.map(({ name, before, after }) => (
        <p key={name}>
          {t('methods.changed', {
            setting: words.setting(name),
            before: words.value(name, before),
            after: words.value(name, after),
          })}
        </p>
      ))}
    </>
  );
}

function Item({ entry }: { entry: Entry }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const ran = entry.kind === 'run';
  const by = ran ? entry.runs[0]?.by : entry.change.by;
  const refused = ran && entry.runs.some((run) => run.refused.length > 0);
  const kind = ran ? (refused ? 'refused' : 'run') : 'decision';
  const colour = { refused: 'yellow', run: 'gray', decision: 'violet' }[kind];
  return (
    <li>
      <p className="v-small v-soft">
        <Tag color={colour}>{t(`methods.entry.${kind}`)}</Tag> {format.dateTime(entry.at)}
        {' · '}
        {by ? <bdi>{by.title}</bdi> : t('methods.bySchedule')}
        {!ran && entry.change.shared && ` · ${t('methods.sharedChange')}`}
      </p>
      {ran ? entry.runs.map((run) => <Ran key={run.id} run={run} />) : <Decided change={entry.change} />}
    </li>
  );
}

/** What happened to a method and who decided it: runs, refusals, changes of settings, owner and schedule. */
export function RunLog({ method }: { method: WholeMethod }): ReactElement {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const entries = useMemo(() => entriesOf(method.runs, method.changes), [method]);
  return (
    <Question title={t('methods.log')}>
      {entries.length === 0 && <p className="v-soft">{t('methods.logEmpty')}</p>}
      <ol className={styles.log}>
        {entries.slice(0, all ? undefined : FIRST).map((entry) => (
          <Item key={`${entry.kind}${entry.at}`} entry={entry} />
        ))}
      </ol>
      {!all && entries.length > FIRST && (
        <Button variant="subtle" color="gray" onClick={() => setAll(true)}>
          {t('methods.logMore', { count: entries.length - FIRST })}
        </Button>
      )}
    </Question>
  );
}
