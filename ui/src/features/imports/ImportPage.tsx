import { Button, Skeleton } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, useMe, type ImportPlan, type ImportRun } from '@/api';
import { Failure, Tag, TitleRow, useFormat } from '@/ui';
import styles from './imports.module.css';
import { OptionsForm } from './OptionsForm';
import { samePlan } from './plan';
import { PlanEditor } from './PlanEditor';
import { shownState, stateColour } from './states';
import { Checked, Done, Working } from './Steps';
import { TakeBack, TakenBack } from './TakingBack';
import { useImport, type Importing } from './useImport';

interface EditProps {
  run: ImportRun;
  importing: Importing;
}

const ENDED = new Set<ImportRun['state']>(['done', 'rolled_back']);

/** What went wrong with the last step, beside the fields that it names. */
function Trouble({ error }: { error: Error | null }): ReactElement | null {
  if (!error) return null;
  const others = error instanceof ApiError ? error.fieldProblems : [];
  return (
    <div role="alert" className={styles.trouble}>
      <strong>
        <bdi>{error.message}</bdi>
      </strong>
      {others.length > 0 && (
        <ul>
          {others.map((one) => (
            <li key={`${one.field}${one.message}`}>
              <bdi>{one.field}</bdi>: <bdi>{one.message}</bdi> <bdi className="v-soft">{one.remedy}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Bar({ run, plan, importing }: EditProps & { plan: ImportPlan }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const fresh = run.state === 'checked' && samePlan(plan, run.plan);
  const stopped = run.state === 'failed' && samePlan(plan, run.plan);
  const good = run.counts ? run.counts.rows - run.counts.invalid : 0;
  return (
    <footer className={styles.bar}>
      <Button component={Link} to="/imports" variant="default">
        {t('imports.later')}
      </Button>
      <span style={{ flex: 1 }} />
      <Button
        variant={fresh || stopped ? 'default' : 'filled'}
        loading={importing.pending}
        onClick={() => importing.check(plan, undefined)}
      >
        {fresh ? t('imports.checkAgain') : t('imports.check')}
      </Button>
      {stopped && (
        <Button loading={importing.pending} onClick={importing.start}>
          {t('imports.goOn')}
        </Button>
      )}
      {fresh && (
        <Button disabled={good === 0} loading={importing.pending} onClick={importing.start}>
          {t('imports.start', { count: good, rows: format.number(good) })}
        </Button>
      )}
    </footer>
  );
}

/** The plan, to be mended until the check is to one's liking. */
function Edit({ run, importing }: EditProps): ReactElement {
  const { t } = useTranslation();
  const { workspace } = useMe();
  const [draft, setDraft] = useState<ImportPlan | null>(null);
  const plan = draft ?? run.plan ?? { targets: [] };
  const problems = importing.error instanceof ApiError ? importing.error.byField : {};
  return (
    <>
      {run.state === 'checked' && samePlan(plan, run.plan) && <Checked run={run} />}
      {run.state === 'failed' && (
        <div role="alert" className={styles.trouble}>
          <strong>{t(run.undone ? 'imports.failedBack' : 'imports.failed')}</strong> <bdi>{run.error}</bdi>
          <div className={styles.actions}>
            <TakeBack run={run} importing={importing} />
          </div>
        </div>
      )}
      <Trouble error={importing.error} />
      <PlanEditor run={run} plan={plan} problems={problems} onChange={setDraft} />
      <OptionsForm
        run={run}
        plan={plan}
        currency={workspace.currency}
        onPlan={setDraft}
        onOptions={(options) => importing.reread(plan, options)}
      />
      <Bar run={run} plan={plan} importing={importing} />
    </>
  );
}

/** One import from the recognised header to the records, whatever its state. */
export function ImportPage(): ReactElement {
  const { t } = useTranslation();
  const { importId } = useParams({ from: '/inside/imports/$importId' });
  const importing = useImport(importId);
  const { query, run, job } = importing;
  const state = shownState(run, job);
  if (query.error && !run) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <TitleRow
        title={
          <>
            <Link to="/imports" className="v-soft">
              {t('nav.imports')}
            </Link>
            {' / '}
            <bdi>{run?.filename}</bdi>
          </>
        }
        aside={state && <Tag color={stateColour(state)}>{t(`imports.state.${state}`)}</Tag>}
      />
      <div className={styles.page}>
        {!run && <Skeleton height={480} />}
        {run && job && <Working job={job} onCancel={importing.cancel} />}
        {run && !job && run.undone && <TakenBack run={run} importing={importing} />}
        {run && !job && run.state === 'done' && <Done run={run} importing={importing} />}
        {run && !job && !ENDED.has(run.state) && <Edit key={run.id} run={run} importing={importing} />}
      </div>
    </>
  );
}
