import { NativeSelect } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, ImportRun } from '@/api';
import { useCatalogue, useLabel } from '@/catalogue';
import { useFormat } from '@/ui';
import { Assumed } from './Assumed';
import styles from './imports.module.css';
import { NewFields } from './NewFields';
import { byTarget } from './periods';
import { importable, planFor, samePlan, withoutField } from './plan';
import { TargetCard } from './TargetCard';
import { Told } from './Told';

interface PlanEditorProps {
  run: ImportRun;
  plan: ImportPlan;
  /** Problems by place: `targets.deal.amount`. */
  problems: Record<string, string>;
  onChange: (plan: ImportPlan) => void;
}

/** The proposals, and every record type as a way out. */
function Kinds({ run, plan, onChange }: Omit<PlanEditorProps, 'problems'>): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const read = useLabel();
  const format = useFormat();
  const chosen = run.proposals.findIndex((proposal) => samePlan(proposal.plan, plan));
  const nameOf = (name: string, own: ImportPlan): string => {
    const single = own.targets.length === 1 ? catalogue.object(own.targets[0]?.object ?? '') : undefined;
    if (single && name !== 'As last time') return read(single.label_plural);
    const known: Record<string, string> = {
      'As last time': t('imports.proposal.last'),
      'Invoices with their lines': t('imports.proposal.sales'),
      'Companies with their contacts': t('imports.proposal.contacts'),
      'Customers over time': t('imports.proposal.overTime'),
    };
    return known[name] ?? name;
  };
  return (
    <NativeSelect
      label={t('imports.readAs')}
      w={{ base: '100%', sm: 440 }}
      value={chosen >= 0 ? `p${chosen}` : ''}
      onChange={({ currentTarget: { value } }) => {
        const proposal = run.proposals[Number(value.slice(1))];
        const object = catalogue.object(value.slice(1));
        if (value.startsWith('p') && proposal) onChange(proposal.plan);
        else if (value.startsWith('o') && object) onChange(planFor(object, run.columns));
      }}
    >
      {chosen < 0 && <option value="">{t('imports.ownPlan')}</option>}
      <optgroup label={t('imports.recognised')}>
        {run.proposals.map((proposal, index) => (
          <option key={index} value={`p${index}`}>
            {t('imports.proposal', {
              name: nameOf(proposal.name, proposal.plan),
              share: format.share(proposal.confidence, 0),
            })}
          </option>
        ))}
      </optgroup>
      <optgroup label={t('imports.otherKind')}>
        {importable(catalogue.data).map((object) => (
          <option key={object.name} value={`o${object.name}`}>
            {read(object.label_plural)}
          </option>
        ))}
      </optgroup>
    </NativeSelect>
  );
}

/** What the rows of the file become: one card for each kind of record, a line for each field. */
export function PlanEditor({ run, plan, problems, onChange }: PlanEditorProps): ReactElement {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const left = withoutField(plan, run.columns);
  const checked = run.state === 'checked' && samePlan(plan, run.plan) ? run.counts : null;
  return (
    <div className={styles.plan}>
      <Kinds run={run} plan={plan} onChange={onChange} />
      <Assumed plan={plan} onChange={onChange} />
      {plan.targets.map((target) => {
        const object = catalogue.object(target.object);
        return (
          object && (
            <TargetCard
              key={target.alias}
              plan={plan}
              target={target}
              object={object}
              columns={run.columns}
              problems={problems}
              alike={checked?.alike?.[object.name]}
              onChange={onChange}
            />
          )
        );
      })}
      {left.length === 0 ? (
        <p className="v-soft">{t('imports.allUsed')}</p>
      ) : (
        byTarget(plan, left).map(([alias, columns]) => (
          <NewFields key={alias} run={run} plan={plan} about={alias} only={columns} onChange={onChange} />
        ))
      )}
      <Told plan={plan} />
    </div>
  );
}
