import { Button, Skeleton } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Fragment, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, methods, useMe, type WholeMethod } from '@/api';
import { Failure, Question, Tag, TitleRow, useFormat, Wait } from '@/ui';
import { Answering } from './Answering';
import { DriftQuestion } from './DriftQuestion';
import styles from './methods.module.css';
import { MethodSettings } from './MethodSettings';
import { RunLog } from './RunLog';
import { COLOURS, stateOf } from './state';
import { useMethodRun, type MethodRunning } from './useMethodRun';
import { useWords } from './useWords';

/** What the method says, by which definition, from what, and since when in this version. */
function Definition({ method }: { method: WholeMethod }): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { key, inputs, outputs, needs, source, version } = method;
  const since = method.runs.filter((run) => run.version === version).at(-1)?.finished_at;
  const definition = `method.${key}`;
  const others = inputs.filter((name) => i18n.exists(`methods.name.${name}`));
  return (
    <Question title={t('methods.definition')} answer={i18n.exists(definition) && t(definition)}>
      <dl className={styles.facts}>
        {outputs.length > 0 && (
          <>
            <dt>{t('methods.makes')}</dt>
            <dd>{outputs.map(words.field).join(', ')}</dd>
          </>
        )}
        {others.length > 0 && (
          <>
            <dt>{t('methods.reads')}</dt>
            <dd>
              {others.map((name, index) => (
                <Fragment key={name}>
                  {index > 0 && ', '}
                  <Link to="/methods/$key" params={{ key: name }}>
                    {words.method(name)}
                  </Link>
                </Fragment>
              ))}
            </dd>
          </>
        )}
        <dt>{t('methods.needs')}</dt>
        <dd>{needs.length > 0 ? needs.map(words.need).join('; ') : t('methods.needsNothing')}</dd>
        {source && (
          <>
            <dt>{t('methods.source')}</dt>
            <dd>
              <bdi>{source}</bdi>
            </dd>
          </>
        )}
        <dt>{t('methods.versionHead')}</dt>
        <dd>
          {version}
          {since && <span className="v-soft"> {t('methods.since', { day: format.dateTime(since) })}</span>}
        </dd>
      </dl>
    </Question>
  );
}

function Refused({ method }: { method: WholeMethod }): ReactElement | null {
  const { t } = useTranslation();
  const words = useWords();
  if (stateOf(method) !== 'refused') return null;
  const refused = method.last.flatMap((run) => run.refused)[0];
  return (
    <p className={styles.lead} role="status">
      <strong>{t('methods.state.refused')}</strong> {refused && words.refusal(refused)} {t('methods.remedy')}
    </p>
  );
}

function Running({ run: { job, cancel } }: { run: MethodRunning }): ReactElement | null {
  const { t } = useTranslation();
  if (!job) return null;
  return (
    <Wait
      label={t('methods.running')}
      done={job.progress?.done ?? 0}
      total={job.progress?.total ?? null}
      unit={t('refresh.steps')}
      onCancel={cancel}
    />
  );
}

function Whole({ method, mayChange }: { method: WholeMethod; mayChange: boolean }): ReactElement {
  const { t, i18n } = useTranslation();
  const { key } = method;
  const said = ['asks', 'use'].map((part) => `methods.${part}.${key}`).filter((part) => i18n.exists(part));
  return (
    <>
      {said.length > 0 && <p className={styles.lead}>{said.map((part) => t(part)).join(' ')}</p>}
      <Refused method={method} />
      <div className={styles.columns}>
        <div>
          <Definition method={method} />
          <MethodSettings key={key} method={method} mayChange={mayChange} />
        </div>
        <div>
          <Answering method={method} mayChange={mayChange} />
          <DriftQuestion key={key} method={method} />
          <RunLog method={method} />
        </div>
      </div>
    </>
  );
}

/** One method: what it says and how, its settings and who decided them, its runs, and how far they drift. */
export function MethodPage(): ReactElement {
  const { t } = useTranslation();
  const words = useWords();
  const { key = '' } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({ queryKey: keys.method(key), queryFn: () => methods.read(key) });
  const { manages, writes } = useMe();
  const run = useMethodRun(key);
  const state = data && stateOf(data);
  return (
    <>
      <TitleRow
        print
        title={
          <>
            <Link to="/methods">{t('nav.methods')}</Link> › {words.method(key)}
          </>
        }
        aside={state && <Tag color={COLOURS[state]}>{t(`methods.state.${state}`)}</Tag>}
        actions={
          writes && (
            <Button
              leftSection={<IconPlayerPlay size={14} />}
              loading={run.starting || Boolean(run.job)}
              disabled={!data?.enabled}
              onClick={run.start}
            >
              {t('methods.run')}
            </Button>
          )
        }
      />
      <div className={styles.page}>
        <Running run={run} />
        {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton height={480} />}
        {data && <Whole method={data} mayChange={manages} />}
      </div>
    </>
  );
}
